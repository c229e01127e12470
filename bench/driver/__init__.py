"""The benchmarks of ./bench/run: one module for each benchmark, and the modules that they share (process, report)."""
