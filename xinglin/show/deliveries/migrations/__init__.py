"""Tables of the deliveries pages."""
