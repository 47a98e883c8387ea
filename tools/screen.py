"""A display that nobody sees: windows are opened on it, pressed, and taken pictures of.

Nothing waits for a time: a window is waited for by its title, and a picture until nothing moves.
"""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from PIL import Image, ImageGrab
from PIL.PngImagePlugin import PngInfo

# What the set-up's step `screen` installs.
PROGRAMS: Final = ("Xvfb", "openbox", "xdotool", "xterm")
_PATIENCE: Final = 120  # seconds, on a machine that does something else too
_OFTEN: Final = 0.3
Box = tuple[int, int, int, int]


class Screen:
    """A display, and the hands before it.

    Args:
        name: its name, as programs find it in DISPLAY.
        framed: whether somebody frames windows, and gives keys to one of them.
    """

    def __init__(self, name: str, *, framed: bool) -> None:
        self.name, self._framed = name, framed

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables with which a program shows its windows here."""
        return {**os.environ, "DISPLAY": self.name}

    @contextmanager
    def program(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> Iterator[None]:
        """Have a program run meanwhile.

        Args:
            command: the program and its arguments.
            environment: variables to add.
            folder: where it runs.
        """
        with _running(command, {**self.environment, **environment}, folder):
            yield

    def press(self, *keys: str) -> None:
        """Press keys, one after the other.

        Args:
            *keys: as X names them, such as `Return` or `ctrl+F2`.
        """
        self._do("key", "--clearmodifiers", "--delay", "60", *keys)

    def write(self, text: str) -> None:
        """Type a text.

        Args:
            text: the text.
        """
        self._do("type", "--delay", "60", text)

    def point(self, x: int, y: int) -> None:
        """Move the pointer.

        Args:
            x: from the left.
            y: from above.
        """
        self._do("mousemove", str(x), str(y))

    def titles(self) -> list[str]:
        """Return the titles of the windows that are shown."""
        return [self._do("getwindowname", each) for each in self._windows("..*")]

    def wait(self, title: str) -> str:
        """Wait until a window is shown and takes keys; return what it is known by.

        Args:
            title: what its title matches.

        Raises:
            TimeoutError: there was none.
        """
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            found = self._windows(title)
            if found and (not self._framed or self._do("getactivewindow") in found):
                return found[-1]
            time.sleep(_OFTEN)
        raise TimeoutError(f"no window «{title}» but {self.titles()}")

    def wait_gone(self, title: str) -> None:
        """Wait until a window is shown no more.

        Args:
            title: what its title matches.

        Raises:
            TimeoutError: it stayed.
        """
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if not self._windows(title):
                return
            time.sleep(_OFTEN)
        raise TimeoutError(f"«{title}» stays: {self.titles()}")

    def picture(self) -> Image.Image:
        """Return a picture of all there is, once nothing moves any more."""
        end = time.monotonic() + _PATIENCE
        before, now = None, self._grab()
        while before is None or (before.tobytes() != now.tobytes() and time.monotonic() < end):
            time.sleep(2 * _OFTEN)
            before, now = now, self._grab()
        return now

    def place(self, window: str) -> Box:
        """Return where a window is, without its frame: left, top, right, bottom.

        Args:
            window: what `wait` returned.
        """
        lines = self._do("getwindowgeometry", "--shell", window).splitlines()
        found = dict(line.partition("=")[::2] for line in lines)
        left, top = int(found["X"]), int(found["Y"])
        return left, top, left + int(found["WIDTH"]), top + int(found["HEIGHT"])

    def _grab(self) -> Image.Image:
        return ImageGrab.grab(xdisplay=self.name)

    def _windows(self, title: str) -> list[str]:
        return self._do("search", "--onlyvisible", "--name", title).split()

    def _do(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment, check=False, capture_output=True, text=True, timeout=_PATIENCE,
        )  # fmt: skip
        return done.stdout.strip()


@contextmanager
def screen(width: int, height: int, *, framed: bool = True) -> Iterator[Screen]:
    """Give a display of its own.

    Args:
        width: in dots.
        height: in dots.
        framed: whether windows have frames and titles, and one comes before the other.

    Raises:
        FileNotFoundError: a program is missing.
    """
    with ExitStack() as stack:
        number, told = os.pipe()
        size = f"{width}x{height}x24"
        # It would begin anew, in front of the next window, each time that the last one goes.
        command = ["Xvfb", "-noreset", "-nolisten", "tcp", "-displayfd", str(told)]
        command += ["-screen", "0", size]
        stack.enter_context(_running(command, os.environ, kept=(told,)))
        os.close(told)
        with os.fdopen(number) as said:
            found = Screen(f":{said.readline().strip()}", framed=framed)
        if framed:
            stack.enter_context(_running(["openbox"], found.environment))
        else:
            found.point(9, 9)  # keys go to the window that is there
        yield found


@contextmanager
def _running(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path | None = None,
    kept: Sequence[int] = (),
) -> Iterator[None]:
    """Have a program run meanwhile, with some open files of ours."""
    with subprocess.Popen(
        command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, pass_fds=kept,
    ) as process:  # fmt: skip
        try:
            yield
        finally:
            process.terminate()


def saved(picture: Image.Image, path: Path, program: str = "") -> Path:
    """Write a picture, in few colours: windows have few, and pages load faster; return its path.

    Args:
        picture: the picture.
        path: the .png.
        program: what drew it, for who compares.
    """
    few = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    told = PngInfo()
    if program:
        told.add_text("Software", program)
    few.save(path, optimize=True, pnginfo=told)
    return path
