"""What every test shares."""

from hypothesis import HealthCheck, settings

# Machines differ in speed: no test fails for being slow, and every run tries the same examples.
settings.register_profile(
    "crmclean", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("crmclean")
