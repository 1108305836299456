"""Fetch Java archives by coordinate, check each sha256, and put them into one folder, packed ones unpacked.

Usage: fetch-artifacts.py LIST FOLDER, where a line of LIST is `group:artifact:version[:classifier:packaging] sha256`.
The list is fixed on purpose: resolving the tree would pick other versions than the ones that were tested together.
"""

import hashlib
import shutil
import sys
import tarfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from jgo.maven import MavenContext, PythonResolver

PARALLEL_DOWNLOADS = 8
READ_TIMEOUT_SECONDS = 60
ATTEMPTS = 3
MEBIBYTE = 1024 * 1024
SECONDS_BETWEEN_LINES = {True: 0.1, False: 5.0}


class Progress:
    """A bar on a terminal, a plain line every few seconds elsewhere."""

    def __init__(self, total_files):
        self.total_files, self.files, self.last = total_files, 0, 0.0
        self.bytes, self.started_files, self.started_bytes = 0, 0, 0
        self.terminal = sys.stdout.isatty()
        self.lock = threading.Lock()

    @contextmanager
    def of_one_file(self, _name, size):
        with self.lock:
            self.started_files += 1
            self.started_bytes += size
        yield self.add_bytes

    def add_bytes(self, count):
        with self.lock:
            self.bytes += count
            self.show(due=time.monotonic() - self.last > SECONDS_BETWEEN_LINES[self.terminal])

    def add_file(self):
        with self.lock:
            self.files += 1
            self.show(due=self.terminal or self.files == self.total_files)

    def show(self, due):
        if not due:
            return
        self.last = time.monotonic()
        text = f"{self.files} of {self.total_files} files, {self.bytes / MEBIBYTE:.0f} MiB"
        if self.terminal:
            # The sizes of the remaining files are unknown: each counts as the average of the others.
            expected = max(self.started_bytes, 1) * self.total_files / max(self.started_files, 1)
            filled = min(30, int(30 * self.bytes / expected))
            end = "\n" if self.files == self.total_files else ""
            print(f"\r    [{'#' * filled}{'.' * (30 - filled)}] {text}", end=end, flush=True)
        else:
            print(f"    {text}", flush=True)


def parse(line):
    coordinate, sha256 = line.split()
    group, artifact, version, *rest = coordinate.split(":")
    classifier, packaging = rest or ("", "jar")
    return group, artifact, version, classifier, packaging, sha256


def sha256_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else read_digest(file)


def read_digest(file):
    digest = hashlib.sha256()
    while chunk := file.read(MEBIBYTE):
        digest.update(chunk)
    return digest.hexdigest()


def place(path, folder):
    """Moves a verified archive to its place; a packed one is unpacked there instead."""
    if path.name.endswith(".tar.gz"):
        with tarfile.open(path) as archive:
            # Python before 3.11.4 may not know the filter. The checksum already shows that the archive is the right one.
            archive.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
        path.unlink()
    else:
        shutil.move(path, folder / path.name)


def fetch(context, folder, wanted):
    group, artifact, version, classifier, packaging, sha256 = wanted
    component = context.project(group, artifact).at_version(version)
    source = component.artifact(classifier=classifier, packaging=packaging)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            path = source.resolve()
            if sha256_of(path) == sha256:
                place(path, folder)
                return
            raise RuntimeError(f"{path.name} does not have the checksum of the list")
        except Exception:
            # An interrupted download leaves part of a file, which the client would take for the complete one.
            if source.cached_path.exists():
                source.cached_path.unlink()
            if attempt == ATTEMPTS:
                raise


def main(list_path, folder):
    wanted = [parse(line) for line in Path(list_path).read_text().splitlines() if line and not line.startswith("#")]
    folder = Path(folder)
    scratch = folder / ".scratch"
    progress = Progress(len(wanted))
    resolver = PythonResolver(progress_callback=progress.of_one_file)
    context = MavenContext(resolver=resolver, repo_cache=scratch, timeout=READ_TIMEOUT_SECONDS)

    def fetch_one(one):
        fetch(context, folder, one)
        progress.add_file()

    with ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
        list(pool.map(fetch_one, wanted))
    shutil.rmtree(scratch)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")
