"""What a county does: one business, one module. Declarations only; no machine, no framework."""
