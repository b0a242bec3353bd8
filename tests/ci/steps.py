"""The workflows and steps that users copy, run as a runner runs them, against the emulator and a forge on this
machine. Each story says what the forge shows, what was sent, what is red, and who saw which secret.

    steps.py REPOSITORY BYLAWS [WORD…]
"""

import concurrent.futures
import pathlib
import sys
import tempfile
import traceback

import elsewhere
import gitlab
import hostile
import keyless
import organizations
import reviewed
import reviews
from world import CHECKED, Scene

STORIES = [
    value
    for module in (reviews, reviewed, gitlab, keyless, organizations, hostile, elsewhere)
    for value in vars(module).values()
    if getattr(value, "__module__", None) == module.__name__ and value.__code__.co_varnames[:value.__code__.co_argcount] == ("scene",)
]


def main():
    repo, bylaws = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
    wanted = [story for story in STORIES if not sys.argv[3:] or any(word in story.__name__ for word in sys.argv[3:])]

    def tell(story):
        """What went wrong, or nothing."""
        with tempfile.TemporaryDirectory() as folder:
            scene = Scene(repo, bylaws, folder)
            try:
                story(scene)
            except Exception:
                return traceback.format_exc()
            finally:
                scene.close()

    missed = 0
    # Each story has a folder, an organization and a forge of its own.
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for story, wrong in zip(wanted, pool.map(tell, wanted)):
            missed += wrong is not None
            print(f"{'MISS ' if wrong else 'ok   '} {story.__name__.replace('_', ' ')}\n{wrong or ''}".rstrip(), flush=True)
    print(f"{len(wanted)} stories, {len(CHECKED)} checks; {missed} missed")
    return missed > 0


if __name__ == "__main__":
    sys.exit(main())
