"""册: places, organisations, people, staff, rights. One of the two truths."""
