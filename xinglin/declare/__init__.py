"""定 The language: frozen declarations that every machine reads. No input or output."""
