"""汇: from what senders deliver to checked, linked rows in the lake.

receive.py tells the story of one delivery: raw copy, sources/ read it, standardise and check judge it
in SQL, link finds the people, the lake takes it in one transaction, the receipt adds up.
"""
