"""The controller is the partition: one dynamic set for all assets.

Belongs here: the partitions definition. Does not belong here: which controllers there are (``light``).
A run for a controller selects only the ``schema/<system>`` assets that it has, because assets with
differing partition sets cannot be in one job.
"""

import dagster as dg

CONTROLLERS = dg.DynamicPartitionsDefinition(name="controller")


def register_controllers(instance: dg.DagsterInstance, names: tuple[str, ...]) -> None:
    """Add the partitions that are missing. Controllers that are gone keep their partition and their history."""
    assert CONTROLLERS.name is not None
    known = set(instance.get_dynamic_partitions(CONTROLLERS.name))
    missing = [name for name in names if name not in known]
    if missing:
        instance.add_dynamic_partitions(CONTROLLERS.name, missing)
