"""Views of deliveries."""
