"""What is fast, against what people would use instead; run ``python -m benchmarks``."""
