"""Who may import whom: the import table of docs/architecture.md, read with ``ast``."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from connectors.registry import CONNECTORS

_SPEC = importlib.util.spec_from_file_location("structure_imports", Path(__file__).with_name("imports.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
reading = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = reading
_SPEC.loader.exec_module(reading)

FILES = reading.python_files()
ALL = tuple(item for path in FILES for item in reading.imports_of(path))

# package: (packages of ours that it may import besides itself, libraries that it may import)
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "ropa_pipeline.model": (set(), {"pydantic"}),
    "connectors": (
        {"ropa_pipeline.model"},
        {"sqlglot", "sqlalchemy", "duckdb", "numpy", "python_calamine", "defusedxml", "requests", "tenacity"},
    ),
    "ropa_pipeline.yaml_files": (set(), {"yaml", "pydantic"}),
    "ropa_pipeline.settings": (set(), set()),
    "ropa_pipeline.catalogue": (
        {"ropa_pipeline.model", "ropa_pipeline.settings", "ropa_pipeline.yaml_files", "ropa_pipeline.journal"},
        set(),
    ),
    "ropa_pipeline.journal": (set(), set()),
    "ropa_pipeline.paused_collector": (set(), set()),
    "ropa_pipeline.scratch": (set(), {"filelock"}),
    "ropa_pipeline.classify": (
        {"ropa_pipeline.model", "ropa_pipeline.paused_collector"},
        {"stdnum", "phonenumbers", "pandas"},
    ),
    "ropa_pipeline.notice": ({"ropa_pipeline.model"}, {"bs4", "docx", "pypdf", "phonenumbers", "stdnum", "pydantic"}),
    "ropa_pipeline.register": ({"ropa_pipeline.model"}, {"dateutil", "pycountry", "pandas"}),
    # policy reads pure things that it must judge by: conflicts between rules, a table as a frame, the length of
    # periods, when two cookies are one, and where a statement stands
    "ropa_pipeline.policy": (
        {
            "ropa_pipeline.model",
            "ropa_pipeline.paused_collector",
            "ropa_pipeline.register.rule_conflicts",
            "ropa_pipeline.register.periods",
            "ropa_pipeline.register.retention_rules",
            "ropa_pipeline.register.cookies.pattern",
            "ropa_pipeline.register.cookies.same_name",
            "ropa_pipeline.register.inputs.statement_locator",
            "ropa_pipeline.store.frame",
        },
        {"pandas", "great_expectations", "dateutil"},
    ),
    "ropa_pipeline.store": ({"ropa_pipeline.model", "ropa_pipeline.scratch"}, {"duckdb", "pandas"}),
    "ropa_pipeline.publish": (
        {"ropa_pipeline.model", "ropa_pipeline.store", "ropa_pipeline.scratch"},
        {"openpyxl", "duckdb", "filelock", "pycountry", "pydantic", "rdflib", "fideslang", "pandas", "matplotlib"},
    ),
    # the operator's view reads what is published and writes with the same writers
    "ropa_pipeline.portfolio": ({"ropa_pipeline.model", "ropa_pipeline.publish"}, set()),
    # review writes with the one cell writer and reads typed texts with the project's own value detectors
    "ropa_pipeline.review": (
        {
            "ropa_pipeline.model",
            "ropa_pipeline.classify",
            "ropa_pipeline.publish.workbook",
            "ropa_pipeline.publish.language",
            "ropa_pipeline.store.write_bytes",
        },
        {"openpyxl", "ruamel"},
    ),
    # alerts read what runs left behind, and tell it by log, mail and web
    "ropa_pipeline.alerts": (
        {
            "ropa_pipeline.model",
            "ropa_pipeline.light",
            "ropa_pipeline.publish",
            "ropa_pipeline.reading.SourceState",
            "ropa_pipeline.secret_reference",
            "ropa_pipeline.settings",
            "ropa_pipeline.storage.StorageError",
            "ropa_pipeline.storage.stored_part",
            "ropa_pipeline.store",
            "ropa_pipeline.yaml_files",
        },
        {"filelock", "pydantic", "requests"},
    ),
    # a state is moved between home and storage: the chain and the folders of a release are publish's
    "ropa_pipeline.storage": (
        {
            "ropa_pipeline.model",
            "ropa_pipeline.settings",
            "ropa_pipeline.store",
            "ropa_pipeline.publish",
            "ropa_pipeline.run_lock.run_lock",
            "ropa_pipeline.scratch.private_folder",
        },
        {"fsspec", "filelock"},
    ),
    # a draft is made of what the register would make of the same inputs
    "ropa_pipeline.onboarding": (
        {
            "ropa_pipeline.model",
            "ropa_pipeline.register.activities",
            "ropa_pipeline.register.shared_tables",
            "ropa_pipeline.source_variable",
        },
        set(),
    ),
}
# The connectors themselves; every other module of the package is a shared reader, which any connector may use.
CONNECTOR_MODULES = set(CONNECTORS.values())
DUCKDB_CONNECTORS = {"connectors.row_ages", "connectors.file_ages", "connectors.sql_rows"}
DAGSTER_PACKAGES = ("ropa_pipeline.orchestration", "ropa_pipeline.definitions")


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _allowed(item: "reading.Import", ours: set[str], libraries: set[str], package: str) -> bool:
    if item.root in reading.OURS:
        return any(_within(item.name, other) for other in {package, *ours})
    return item.root in libraries


@pytest.mark.parametrize("package", TABLE)
def test_a_package_imports_only_what_the_table_allows(package: str) -> None:
    ours, libraries = TABLE[package]
    mine = [item for item in ALL if _within(item.module, package)]
    wrong = [str(item) for item in mine if not _allowed(item, ours, libraries, package)]
    assert not wrong, "\n".join(wrong)


def test_only_orchestration_imports_dagster() -> None:
    wrong = [str(item) for item in ALL if item.root.startswith("dagster") and not _in_dagster_package(item.module)]
    assert not wrong, "\n".join(wrong)


def _in_dagster_package(module: str) -> bool:
    return any(_within(module, package) for package in DAGSTER_PACKAGES)


def test_outside_itself_orchestration_is_imported_only_by_the_run_command_and_only_late() -> None:
    users = [
        item
        for item in ALL
        if _within(item.name, "ropa_pipeline.orchestration") and not _in_dagster_package(item.module)
    ]
    wrong = [str(item) for item in users if not (item.module == "ropa_pipeline.commands.run" and item.late)]
    assert not wrong, "\n".join(wrong)


# The arguments of a launched run and the reason "its worker is gone" have no public name; tests/deploy runs it.
# Dagster's own storages have none either: what keeps their connections open is two modules, and a test compares the
# files they write with Dagster's own (tests/orchestration/test_dagster_diary.py).
OF_A_WORKER = {"ropa_pipeline.orchestration.celery_app", "ropa_pipeline.orchestration.pooled_postgres"}
USES_PRIVATE_DAGSTER = {*OF_A_WORKER, "ropa_pipeline.orchestration.kept_sqlite"}


def test_no_module_imports_dagsters_private_modules() -> None:
    private = [item for item in ALL if item.name.startswith(("dagster._", "dagster_shared._"))]
    wrong = [str(item) for item in private if item.module not in USES_PRIVATE_DAGSTER]
    assert not wrong, "\n".join(wrong)


def test_great_expectations_is_imported_in_a_function_of_policy_evaluate_alone() -> None:
    users = [item for item in ALL if item.root == "great_expectations"]
    assert users, "nothing checks the tables' contract any more"
    wrong = [str(item) for item in users if not (item.module == "ropa_pipeline.policy.evaluate" and item.late)]
    assert not wrong, "\n".join(wrong)


def test_the_plotting_library_is_imported_in_a_function_of_pictures_alone() -> None:
    users = [item for item in ALL if item.root == "matplotlib"]
    wrong = [str(item) for item in users if not (item.module == "ropa_pipeline.publish.pictures" and item.late)]
    assert users
    assert not wrong, "\n".join(wrong)


def test_the_object_storage_library_is_imported_in_a_function_of_storage_bucket_alone() -> None:
    users = [item for item in ALL if item.root in ("fsspec", "s3fs")]
    wrong = [str(item) for item in users if not (item.module == "ropa_pipeline.storage.bucket" and item.late)]
    assert users
    assert not wrong, "\n".join(wrong)


def test_a_connector_does_not_import_another_connector() -> None:
    """``detect`` and ``registry`` name all connectors; ``prestashop`` is a choice between two ways to read one."""
    choosers = {"connectors.detect", "connectors.registry", "connectors.prestashop"}
    wrong = [
        str(item)
        for item in ALL
        if _within(item.module, "connectors")
        and item.root == "connectors"
        and item.module not in choosers
        and any(_within(item.name, other) for other in CONNECTOR_MODULES)
    ]
    assert not wrong, "\n".join(wrong)


def test_connectors_use_duckdb_only_where_rows_are_aggregated() -> None:
    wrong = [
        str(item)
        for item in ALL
        if _within(item.module, "connectors") and item.root == "duckdb" and item.module not in DUCKDB_CONNECTORS
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", ["classify", "notice", "register", "policy", "publish", "store", "portfolio"])
def test_the_core_receives_catalogue_objects_and_never_reads_mappings(package: str) -> None:
    forbidden = ("yaml", "ruamel", "ropa_pipeline.catalogue", "ropa_pipeline.yaml_files", "ropa_pipeline.settings")
    wrong = [
        str(item)
        for item in ALL
        if _within(item.module, f"ropa_pipeline.{package}") and any(_within(item.name, name) for name in forbidden)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_architecture_page_names_every_package_of_the_table() -> None:
    text = (reading.ROOT / "docs" / "architecture.md").read_text("utf-8")
    missing = [name for name in TABLE if f"`{name.removeprefix('ropa_pipeline.')}`" not in text and name not in text]
    assert not missing


def _loaded_by(module: str) -> set[str]:
    program = f"import sys; import {module}; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=reading.ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_loading_the_code_location_does_not_import_great_expectations() -> None:
    """It costs seconds and hundreds of megabytes in every process that loads the code location."""
    assert not {"great_expectations", "matplotlib"} & _loaded_by("ropa_pipeline.definitions")


def test_the_command_line_starts_without_dagster_and_great_expectations() -> None:
    assert not {"dagster", "great_expectations", "matplotlib", "fsspec"} & _loaded_by("ropa_pipeline.cli")


# A library's import name, where it is not the package's.
PACKAGE_OF = {
    "bs4": "beautifulsoup4", "dateutil": "python-dateutil", "docx": "python-docx", "python_calamine": "python-calamine",
    "ruamel": "ruamel.yaml", "stdnum": "python-stdnum", "yaml": "pyyaml", "great_expectations": "great-expectations",
    "numpy": "pandas",  # the arrays that pandas is made of: never there without it
}  # fmt: skip


def test_every_library_that_is_imported_is_a_direct_dependency() -> None:
    """What only comes along with another package can go away with it."""
    project = tomllib.loads((reading.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {
        extra: {re.split(r"[^A-Za-z0-9._-]", item)[0].lower().replace("_", "-") for item in wanted}
        for extra, wanted in {"": project["dependencies"], **project["optional-dependencies"]}.items()
    }
    used = {
        (PACKAGE_OF.get(item.root, item.root).lower().replace("_", "-"), item.module in OF_A_WORKER)
        for item in ALL
        if item.root not in reading.OURS
    }
    # the module of a worker is there for those who installed the extra "scale"
    assert not {
        name for name, of_a_worker in used if name not in names[""] | (names["scale"] if of_a_worker else set())
    }
