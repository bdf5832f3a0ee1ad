"""Make .venv and install pinned dependencies into it: `environment.py base`, `dev` or `peers`.

Run by whatever python3 the machine has, so this file must be readable to old ones: what is
missing is then said in a sentence instead of a syntax error.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
PYTHON = os.path.join(".venv", "bin", "python")
PIP = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
NO_WHEEL = ["dkimpy", "tarjan"]
ADVICE = {
    "build": "a few seconds",
    "base": "about a minute",
    "dev": "half a minute",
    "peers": "a minute",
}


def main(which):
    refuse_old_python()
    if which == "base":
        make_venv()
        install("build")
    install(which)
    if which == "base":
        # Editable, and built with the pinned setuptools: no second set of tools is fetched.
        call([*PIP, "--no-deps", "--no-build-isolation", "--editable", "."])
    with open(os.path.join(".venv", "ready" if which == "base" else "ready-" + which), "w"):
        pass


def refuse_old_python():
    if sys.version_info < OLDEST:
        stop(
            "Coalition needs Python 3.11 or newer; the python3 of this machine is "
            f"{sys.version_info[0]}.{sys.version_info[1]}. Please install a newer one and put the "
            "folder of its programs first in PATH."
        )


def make_venv():
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        stop(
            f"The python3 of this machine ({sys.executable}) cannot make virtual environments: its "
            "module venv or ensurepip is missing. On Debian and Ubuntu: apt-get install "
            "python3-venv."
        )
    has_pip = os.path.exists(PYTHON) and runs([PYTHON, "-c", "import pip"])
    if has_pip:
        return
    say("Making the environment .venv …")
    try:
        venv.create(".venv", with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        stop(f"The environment .venv could not be made: {error}")


def install(which):
    file = os.path.join("requirements", which + ".txt")
    with open(file, encoding="utf-8") as lines:
        count = sum(1 for line in lines if "==" in line)
    say(f"Installing {count} packages, {ADVICE[which]} …")
    # Wheels alone, but for what there is no wheel of: that is built with the pinned setuptools.
    binary = ["--only-binary", ":all:", "--no-binary", ",".join(NO_WHEEL), "--no-build-isolation"]
    call([*PIP, "--require-hashes", *binary, "--requirement", file])


def call(command):
    status = subprocess.call(command)
    if status:
        stop(
            "That did not work (the lines above say why). Most often the network is away: try "
            "again. If it stays so, remove the folder .venv and start over."
        )


def runs(command):
    try:
        return subprocess.call(command, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def say(sentence):
    print(sentence, flush=True)


def stop(sentence):
    sys.exit(sentence)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        stop("Stopped half-way; the next start goes on from there.")
