"""A Spark cluster of one's own: one master and two workers on loopback, each a process with its folder."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.lib.machine import SPARK_PYTHON, java
from tests.lib.postgresql import _free_port

# Short lives and small data: the first compiler and one collector thread are the fastest.
JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"
WORKERS = 2
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Cluster:
    """A running cluster: its address, its folder, the folders of its workers."""

    master: str
    folder: Path
    workers: tuple[Path, ...]
    drivers: list[subprocess.Popen] = field(default_factory=list)

    def start(self, module: str, *words: str) -> subprocess.Popen:
        """Start `python -m module words` in Spark's environment as a driver of this cluster."""
        conf = {
            "spark.master": self.master, "spark.driver.host": "127.0.0.1", "spark.driver.memory": "1g",
            "spark.driver.extraJavaOptions": JVM, "spark.executor.extraJavaOptions": JVM,
            "spark.executor.memory": "512m", "spark.executor.cores": "1", "spark.cores.max": str(WORKERS),
            # No task before both executors are there, or one of them might do all the work.
            "spark.scheduler.minRegisteredResourcesRatio": "1.0",
            "spark.scheduler.maxRegisteredResourcesWaitingTime": "120s",
            "spark.locality.wait": "0s",
            "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
            "spark.sql.catalogImplementation": "in-memory",
            "spark.sql.warehouse.dir": str(self.folder / "warehouse"),
            "spark.sql.shuffle.partitions": "2", "spark.sql.files.minPartitionNum": "1",
            "spark.sql.leafNodeDefaultParallelism": "1",
            # Compiling costs more than the few rows it would be for.
            "spark.sql.adaptive.enabled": "false", "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        }
        asked = " ".join(f'--conf "{k}={v}"' for k, v in conf.items())
        self.drivers.append(subprocess.Popen(
            [str(SPARK_PYTHON), "-m", module, *words], cwd=ROOT, text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=_environment(self.folder) | {"PYSPARK_SUBMIT_ARGS": f"{asked} pyspark-shell"}))
        return self.drivers[-1]


@contextmanager
def cluster():
    """Yields a Cluster; its processes and files are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="xinglin-spark-", dir="/tmp"))
    port = _free_port()
    master, workers = f"spark://127.0.0.1:{port}", tuple(folder / f"worker{n}" for n in range(WORKERS))
    started, made = [], Cluster(master, folder, workers)
    try:
        started.append(_daemon(folder, "master", "master.Master", "--host", "127.0.0.1", "--port", port,
                               "--webui-port", 0))
        _wait_for(port, started[0])
        for worker in workers:
            started.append(_daemon(folder, worker.name, "worker.Worker", "--host", "127.0.0.1", "-c", 1, "-m", "640m",
                                   "-d", worker, "--webui-port", 0, master))
        yield made
    finally:
        for driver in made.drivers:
            driver.kill()           # its JVM ends with it; nothing where it had ended
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _daemon(folder, name, program, *words):
    home = _home()
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [java(), *JVM.split(), "-Xmx256m", "-cp", f"{home}/jars/*", f"org.apache.spark.deploy.{program}",
             *map(str, words)], cwd=folder, env=_environment(folder), stdout=log, stderr=log)


def _environment(folder):
    kept = {n: os.environ[n] for n in ("PATH", "HOME", "LANG", "TZ") if n in os.environ}
    # Without the Scala version an executor looks for a build tree of Spark and dies.
    return kept | {
        "SPARK_HOME": str(_home()), "SPARK_SCALA_VERSION": "2.12", "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "local"), "JAVA_HOME": str(Path(java()).resolve().parents[1]),
        "PYSPARK_PYTHON": str(SPARK_PYTHON), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def _home():
    return next(SPARK_PYTHON.parents[1].glob("lib/python3*/site-packages/pyspark"))


def _wait_for(port, process):
    for _ in range(600):
        assert process.poll() is None, "the master of Spark ended before it answered"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the master of Spark did not answer within 60 s")
