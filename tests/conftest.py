"""What every test shares."""

import os

from hypothesis import HealthCheck, settings

# Machines differ in speed: no test fails for being slow, and every run tries the same examples. `make fuzz` tries
# many more, others every time.
settings.register_profile(
    "short", deadline=None, derandomize=True, max_examples=18, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("CRMCLEAN_EXAMPLES", "short"))
