"""The synthetic county: deliveries as a county's organisations would send them, and the truth.

Made by DuckDB over ranges of numbers with a keyed hash as the only source of chance: the same
seed, county, size and end day give the same rows. Nobody in it exists. `truth` says what was
planted; it stays beside the deliveries and never goes into the lake.
"""

from xinglin.gather.sources.synthetic.make import Made, make

__all__ = ["Made", "make"]
