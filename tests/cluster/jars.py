"""The program of an OpenSearch node, laid together from its jars on Maven Central: no archive of it is needed.

Java 17 and Maven have to be there. Standard library only, so that it runs before anything is installed.
"""

import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
HOME = Path(
    os.environ.get("SEARCHAPP_TEST_OPENSEARCH") or f"{tempfile.gettempdir()}/searchapp-opensearch-{os.getuid()}"
)
SECURED = HOME.with_name(f"{HOME.name}-secured")  # the same with passwords and TLS, which are a plugin
HOW_TO_GET = (
    "Install Java 17 and Maven (apt-get install maven openjdk-17-jre-headless), then: python3 -m tests.cluster fetch"
)
_MAVEN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
_PLUGIN = "opensearch-security"
_PLUGIN_VERSION = "2.19.4.0"  # the newest one of OpenSearch 2 on Maven Central; runs on later ones if it says so
_OLDEST_JAVA, _NEWEST_JAVA = 11, 23  # OpenSearch 2 needs the security manager, which Java 24 has no more
# The jars of each module, by how their names begin; the first one holds the class of its plugin.
_MODULES = {
    "transport-netty4": ("transport-netty4-client-", "netty-", "opensearch-netty4-"),
    "lang-painless": ("lang-painless-", "opensearch-scripting-painless-spi-", "antlr4-", "asm-"),
    "analysis-common": ("analysis-common-",),
}


def missing(home: Path = HOME) -> str:
    """Say what is missing to start a node, and how to get it; "" where nothing is."""
    if not shutil.which("java") or not _OLDEST_JAVA <= _java() <= _NEWEST_JAVA:
        return f"An OpenSearch node needs Java {_OLDEST_JAVA} to {_NEWEST_JAVA}. {HOW_TO_GET}"
    if not (home / "modules").is_dir() or home.stat().st_uid != os.getuid():
        return f"The jars of OpenSearch are not in {home}. {HOW_TO_GET}"
    return ""


def fetch() -> None:
    """Bring the jars to `HOME`, and with the plugin to `SECURED`, unless they are there."""
    for home, make in ((HOME, _make), (SECURED, _make_secured)):
        if missing(home):
            with tempfile.TemporaryDirectory(dir=home.parent) as folder:
                make(Path(folder))
                shutil.rmtree(home, ignore_errors=True)
                shutil.move(Path(folder) / "made", home)


def _make(folder: Path) -> None:
    """Lay a node together in ``made``."""
    jars, made = folder / "jars", folder / "made"
    _run_maven("copy-dependencies", "-f", str(POM), f"-DoutputDirectory={jars}", "-DincludeScope=runtime")
    for part in ("lib", "bin", "plugins"):  # the last two stay empty, and have to be there
        (made / part).mkdir(parents=True)
    for jar in jars.iterdir():
        module = next((name for name, starts in _MODULES.items() if jar.name.startswith(starts)), None)
        place = made / "modules" / module if module else made / "lib"
        place.mkdir(parents=True, exist_ok=True)
        shutil.move(jar, place)
    for name in _MODULES:
        _describe(made / "modules" / name, version(made))


def _make_secured(folder: Path) -> None:
    """Lay a node together in ``made``, of what `HOME` has and the plugin."""
    artifact = f"org.opensearch.plugin:{_PLUGIN}:{_PLUGIN_VERSION}:zip"
    _run_maven("copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}")
    made = folder / "made"
    shutil.copytree(HOME, made, copy_function=os.link)
    plugin = made / "plugins" / _PLUGIN
    with zipfile.ZipFile(folder / f"{_PLUGIN}-{_PLUGIN_VERSION}.zip") as archive:
        archive.extractall(plugin)
    about = plugin / "plugin-descriptor.properties"
    lines = [line for line in about.read_text().splitlines() if not line.startswith("opensearch.version=")]
    about.write_text("\n".join([*lines, f"opensearch.version={version()}", ""]))


def _run_maven(goal: str, *arguments: str) -> None:
    subprocess.run(["mvn", "-q", "-B", f"{_MAVEN}:{goal}", *arguments], check=True)


def version(home: Path = HOME) -> str:
    """Return the version of OpenSearch in a folder."""
    return next((home / "lib").glob("opensearch-core-*.jar")).stem.removeprefix("opensearch-core-")


def _java() -> int:
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr
    return int(told.partition('"')[2].partition(".")[0].partition('"')[0])


def _describe(module: Path, of: str) -> None:
    """Write the two files by which OpenSearch knows a module."""
    first = _MODULES[module.name][0]
    with zipfile.ZipFile(next(module.glob(f"{first}*.jar"))) as jar:
        plugin = next(entry for entry in jar.namelist() if entry.endswith("Plugin.class") and "$" not in entry)
    lines = {
        "name": module.name,
        "description": module.name,
        "version": of,
        "opensearch.version": of,
        "java.version": "11",
        "classname": plugin.removesuffix(".class").replace("/", "."),
    }
    if module.name == "analysis-common":
        lines["extended.plugins"] = "lang-painless"
    (module / "plugin-descriptor.properties").write_text("".join(f"{key}={value}\n" for key, value in lines.items()))
    (module / "plugin-security.policy").write_text("grant { permission java.security.AllPermission; };\n")
