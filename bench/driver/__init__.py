"""What ./bench/run runs: a module for each benchmark, and what they share (process, report)."""
