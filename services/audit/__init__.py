"""The outsider's tool."""
