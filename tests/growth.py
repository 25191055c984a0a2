"""Whether work grows with its input or with the square of it, measured so that a busy machine does not decide.

Belongs here: the comparison of one size with twice the size. Does not belong here: absolute times (none is asserted).
"""

import math
from collections.abc import Callable

ROUNDS = 8


def grows_with_its_size(took: Callable[[int], float], size: int) -> bool:
    """Whether twice the size takes about twice the processor seconds that ``took(size)`` gives.

    The least of several times counts, because a busy machine lengthens processor time too; what is quadratic takes four
    times as long however often it is asked. A hundredth of a second is noise.
    """
    once = twice = math.inf
    for _ in range(ROUNDS):
        once, twice = min(once, took(size)), min(twice, took(2 * size))
        if twice < 3 * once + 0.02:
            return True
    return False
