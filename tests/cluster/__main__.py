"""An OpenSearch cluster on this machine, for trying out. It listens on loopback only, without passwords.

python -m tests.cluster fetch           fetch the program (about 110 MB) from Maven Central; needs Java 17 and Maven
python -m tests.cluster start [NODES]   start 1 or more nodes, and print what to give to --at
python -m tests.cluster kill NUMBER     end one of them, as a power cut does
python -m tests.cluster node NUMBER     start it again
python -m tests.cluster stop            end all of them; what they hold stays for the next start
python -m tests.cluster remove          end all of them, and remove what they hold
"""

import shutil
import sys
import tempfile
from pathlib import Path

from tests.cluster import jars
from tests.cluster.nodes import Cluster

FOLDER = Path(tempfile.gettempdir()) / "searchapp-cluster"


def main(arguments: list[str]) -> None:
    """Do what the arguments say."""
    count = len([*FOLDER.glob("node*")])
    match arguments:
        case ["fetch"]:
            jars.fetch()
        case ["start", *number]:
            if why := jars.missing():
                sys.exit(why)
            cluster = Cluster(FOLDER, int(number[0]) if number else 1)
            cluster.start()
            cluster.wait()
            print(f"{','.join(cluster.addresses)}/newsroom")
        case ["kill", number]:
            Cluster(FOLDER, count).kill(int(number))
        case ["node", number]:
            Cluster(FOLDER, count).start(int(number))
        case ["stop"]:
            Cluster(FOLDER, count).kill()
        case ["remove"]:
            Cluster(FOLDER, count).kill()
            shutil.rmtree(FOLDER, ignore_errors=True)
        case _:
            sys.exit(__doc__)


main(sys.argv[1:])
