"""What is told of the facts of governance: minutes, counts step by step, recounts, documents."""
