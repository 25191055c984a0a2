"""A private S3 server, and the small controller of the whole runs (importlib mode adds no path)."""

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.live import free_port

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "pipeline"))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A private S3 server with one bucket; credentials are made up and stand in the environment, as s3fs reads them."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port())
    running.start()
    host, port = running.get_host_and_port()
    given = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up-too",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    before = dict(os.environ)
    os.environ.update(given)
    import s3fs

    s3fs.S3FileSystem(skip_instance_cache=True).mkdir("registers")
    try:
        yield "s3://registers"
    finally:
        # moto keeps what it holds in the process: the next server would begin with this one's bucket
        requests.post(f"http://{host}:{port}/moto-api/reset", timeout=30).raise_for_status()
        os.environ.clear()
        os.environ.update(before)
        running.stop()
