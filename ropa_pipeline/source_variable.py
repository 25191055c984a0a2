"""The name of the environment variable that says where a source is read from, as it is made everywhere.

Belongs here: the name alone. Does not belong here: what stands in it (``sources``, ``secret_reference``).
"""

import re


def source_variable(controller_id: str, source_id: str = "") -> str:
    """The variable of a source; without one, what those of all sources of a controller begin with.

    >>> source_variable("my-shop", "prestashop"), source_variable("my-shop")
    ('ROPA_SOURCE_MY_SHOP_PRESTASHOP', 'ROPA_SOURCE_MY_SHOP_')
    """
    return "ROPA_SOURCE_" + re.sub(r"[^A-Za-z0-9]", "_", f"{controller_id}_{source_id}").upper()
