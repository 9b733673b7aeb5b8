"""Words below all others: dates, identity, money, units, errors, keys, home. No Django, no Ibis."""
