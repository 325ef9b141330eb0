"""Memory for one big job. Imports Arrow: commands import it when they run, not before."""

import gc

import pyarrow as pa


def prepare_memory() -> None:
    """Set memory up for a process that does one big job and ends."""
    # It makes millions of small objects without cycles: looking for cycles among them would cost a tenth of it.
    gc.set_threshold(50_000)
    # Arrow's own allocator gives pages back and asks for them again all the time, at the cost of another tenth.
    pa.set_memory_pool(pa.system_memory_pool())
