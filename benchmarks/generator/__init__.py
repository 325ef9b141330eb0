"""Invents client bases of Russian firms together with the truth about who is who in them."""

from benchmarks.generator.base import Base, generate, write_base, write_truth
from benchmarks.generator.layouts import LAYOUTS, Layout, line_writer
from benchmarks.generator.stories import PROFILES, Profile

__all__ = ["LAYOUTS", "PROFILES", "Base", "Layout", "Profile", "generate", "line_writer", "write_base", "write_truth"]
