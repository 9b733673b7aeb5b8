"""疑似重复档案: entries of the registry compared with one another, and what people decide about them."""
