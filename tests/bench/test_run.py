"""./bench/run --against: it builds the revision in a work tree of its own, which it keeps, and measures nothing if that fails.

It runs in a small repository, where cmake and the driver are played by scripts of a line or two.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import PATIENCE_S, ROOT
from driver import against

GIT = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
CMAKE = '#!/bin/bash\n[ $1 != --build ] || echo "$PWD: $*" >>"$BUILT"\n'
DRIVER = "import sys\nprint('measured', *sys.argv[1:])\n"


@dataclass
class Repository:
    folder: Path
    environment: dict

    def git(self, *arguments: str) -> str:
        return subprocess.run([*GIT, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True).stdout.strip()

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(["bench/run", *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=PATIENCE_S)

    def tree(self, revision: str) -> Path:
        return self.folder / "build" / "against" / self.git("rev-parse", "--short=12", revision)

    def built(self) -> list[str]:
        log = Path(self.environment["BUILT"])
        return log.read_text().splitlines() if log.exists() else []

    def stub(self, name: str, script: str) -> None:
        path = self.folder.parent / "bin" / name
        path.write_text(script)
        path.chmod(0o755)


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "house"
    (folder / "bench").mkdir(parents=True)
    shutil.copy(ROOT / "bench" / "run", folder / "bench" / "run")
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    (folder / "bench" / "drive.py").write_text(DRIVER)
    (folder / ".gitignore").write_text("/build/\nnode_modules/\n")
    pages = folder / "clients" / "web"
    (pages / "node_modules").mkdir(parents=True)
    (pages / "package-lock.json").write_text("{}")
    (pages / "node_modules" / ".package-lock.json").touch()
    os.utime(pages / "package-lock.json", (0, 0))
    (tmp_path / "bin").mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "BUILT": str(tmp_path / "built")}
    made = Repository(folder, environment)
    made.stub("cmake", CMAKE)
    made.stub("dpkg-query", "#!/bin/bash\necho -n installed\n")
    made.stub("npm", "#!/bin/bash\nexit 1\n")
    made.git("init", "--quiet")
    for version in ("old", "new"):
        (folder / "version").write_text(version)
        made.git("add", "--all")
        made.git("commit", "--quiet", "--message", version)
    return made


@pytest.mark.parametrize(("name", "program"), [("echo", "echo_madang"), ("world", "madang")])
@pytest.mark.parametrize("option", [["--against", "HEAD~1"], ["--against=HEAD~1"]])
def test_the_revision_is_built_in_a_work_tree_of_its_own(repository, name, program, option):
    done = repository.run(name, *option, "--rounds", "7")
    assert (done.returncode, done.stderr) == (0, ""), done
    tree = repository.tree("HEAD~1")
    assert (tree / "version").read_text() == "old"
    assert (repository.folder / "version").read_text() == "new"
    of_this, of_that = repository.built()
    assert of_this.startswith(f"{repository.folder}: --build build/bench --target bench/{name}/all")
    assert of_that == f"{tree}: --build build/bench --target {program}"
    assert done.stdout.splitlines()[-1] == " ".join(["measured", name, *option, "--rounds", "7"])


def test_a_work_tree_that_is_there_is_used_again_as_the_revision_has_it(repository):
    assert repository.run("echo", "--against", "HEAD~1").returncode == 0
    tree = repository.tree("HEAD~1")
    (tree / "build" / "kept").touch()
    (tree / "version").write_text("changed by hand")
    assert repository.run("echo", "--against", "HEAD~1").returncode == 0
    assert (tree / "build" / "kept").exists()
    assert (tree / "version").read_text() == "old"


def test_a_folder_that_is_no_work_tree_is_made_one_and_the_tree_around_it_is_left_alone(repository):
    (repository.folder / "version").write_text("not committed")
    repository.tree("HEAD~1").mkdir(parents=True)
    assert repository.run("echo", "--against", "HEAD~1").returncode == 0
    assert (repository.tree("HEAD~1") / "version").read_text() == "old"
    assert (repository.folder / "version").read_text() == "not committed"


@pytest.mark.parametrize("removed", ["build", "build/against", "the tree"])
def test_a_work_tree_that_was_removed_is_made_again(repository, removed):
    assert repository.run("echo", "--against", "HEAD~1").returncode == 0
    shutil.rmtree(repository.tree("HEAD~1") if removed == "the tree" else repository.folder / removed)
    done = repository.run("echo", "--against", "HEAD~1")
    assert (done.returncode, done.stderr) == (0, ""), done


def test_the_driver_finds_the_build_that_was_made(repository, monkeypatch):
    assert repository.run("echo", "--against", "HEAD~1").returncode == 0
    monkeypatch.setattr(against, "ROOT", repository.folder)
    found = against.revision("HEAD~1")
    assert found.build == repository.tree("HEAD~1") / "build" / "bench"
    assert (found.name, found.commit) == ("HEAD~1", repository.git("rev-parse", "HEAD~1"))


def test_without_it_only_this_tree_is_built(repository):
    done = repository.run("echo", "--rounds", "7")
    assert done.stdout.splitlines()[-1] == "measured echo --rounds 7"
    assert len(repository.built()) == 1
    assert not (repository.folder / "build" / "against").exists()


@pytest.mark.parametrize("revision", ["nonsense", "", "HEAD:version"])
def test_a_revision_that_there_is_not_is_a_line(repository, revision):
    done = repository.run("echo", "--against", revision)
    assert done.returncode == 1
    assert done.stderr == f"./bench/run: there is no revision {revision}\n"
    assert "measured" not in done.stdout


def test_a_revision_that_does_not_build_is_a_line_and_nothing_is_measured(repository):
    repository.stub("cmake", "#!/bin/bash\n[ $1 != --build ] || [[ $PWD != */against/* ]] || { echo 'a.cpp:7:3: error: expected ;'; exit 1; }\n")
    done = repository.run("echo", "--against", "HEAD~1")
    assert done.returncode == 1
    folder = repository.tree("HEAD~1").relative_to(repository.folder)
    assert done.stderr == (f"./bench/run (HEAD~1, in {folder}): building bench failed: a.cpp:7:3: error: expected ; "
                           "(full log: build/bench.log)\n")
    assert "measured" not in done.stdout


def test_a_revision_that_is_too_old_is_a_line(repository):
    repository.git("rm", "--quiet", "-r", "--cached", "scripts")
    repository.git("commit", "--quiet", "--message", "without scripts")
    done = repository.run("echo", "--against", "HEAD")
    assert done.returncode == 1
    assert done.stderr == "./bench/run: HEAD is too old: it has no scripts/common.sh\n"


@pytest.mark.parametrize(("name", "targets"), [
    ("echo", "bench/echo/all"), ("world", "bench/world/all madang"), ("micro", "bench/micro/all"), ("operator_page", "madang"),
])  # fmt: skip
def test_each_name_builds_what_it_measures(repository, name, targets):
    done = repository.run(name, "--rounds", "7")
    assert done.stdout.splitlines()[-1] == f"measured {name} --rounds 7"
    assert repository.built() == [f"{repository.folder}: --build build/bench --target {targets}"]


def test_a_name_that_there_is_not_is_a_line(repository):
    done = repository.run("ecko")
    assert (done.returncode, done.stderr) == (1, "./bench/run: cannot measure ecko; see ./bench/run --help\n")


def test_help_builds_nothing(repository):
    done = repository.run("echo", "--against", "HEAD~1", "--help")
    assert done.stdout == "measured echo --against HEAD~1 --help\n"
    assert repository.built() == []
