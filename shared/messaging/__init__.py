"""How records travel over NATS: published from the log, read by durable consumers."""
