"""Validates a manifest with fideslang's own models, and prints what it found as JSON.

Belongs here: what runs in the virtual environment of fideslang (see ``requirements-fideslang.txt``). Does not belong
here: anything of this project, which that environment does not have. Standard input: the keys of a cross-walk, one a
line; the first argument, where there is one, is a manifest.
"""

import json
import sys
from pathlib import Path

import yaml
from fideslang import DEFAULT_TAXONOMY, model_map


def main() -> None:
    """Print the keys and fields that fideslang does not know, and how many resources its models accepted."""
    known = {
        item.fides_key
        for listed in (DEFAULT_TAXONOMY.data_category, DEFAULT_TAXONOMY.data_use, DEFAULT_TAXONOMY.data_subject)
        for item in listed
    }
    accepted: dict[str, int] = {}
    used: set[str] = set()
    undeclared: set[str] = set()  # the models ignore what they do not know, so that a slip would go unnoticed
    if len(sys.argv) > 1:
        manifest = yaml.safe_load(Path(sys.argv[1]).read_text("utf-8"))
        for kind, entries in manifest.items():
            for entry in entries:
                model_map[kind].model_validate(entry)
                undeclared |= {f"{kind}.{name}" for name in entry.keys() - model_map[kind].model_fields.keys()}
            accepted[kind] = len(entries)
        used = set(_keys(manifest))
    asked = set(sys.stdin.read().split())
    print(
        json.dumps({"unknown": sorted((asked | used) - known), "accepted": accepted, "undeclared": sorted(undeclared)})
    )


def _keys(value: object) -> list[str]:
    """Every key of the taxonomy that a manifest names."""
    named = ("data_categories", "data_subjects", "shared_categories", "data_use")
    if isinstance(value, dict):
        own = [item for name in named if name in value for item in _listed(value[name])]
        return own + [item for part in value.values() for item in _keys(part)]
    return [item for part in value for item in _keys(part)] if isinstance(value, list) else []


def _listed(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


if __name__ == "__main__":
    main()
