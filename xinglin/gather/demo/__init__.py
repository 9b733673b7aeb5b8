"""The demo county: settle a home with the synthetic deliveries, and judge what was found of them."""
