# SPDX-License-Identifier: GPL-3.0-or-later
"""The window as a screen reader knows it: find by role and name, press, set, read, wait.

Used by the end-to-end tests, which run inside desktop.sh with Debian's own python3. Everything is
found by role and accessible name, never by position, so a name changed for users breaks the test.
Waiting is always for a condition; the limit only ends a test that is stuck.
"""
import os
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

STUCK_SECONDS = float(os.environ.get("FITSCOPE_TEST_STUCK_SECONDS", "120"))


class Stuck(AssertionError):
    pass


def wait_for(condition, what):
    """Polls `condition` until it gives something true, and returns that."""
    deadline = time.monotonic() + STUCK_SECONDS
    while True:
        try:
            value = condition()
        except gi.repository.GLib.Error:
            value = None  # the widget went away between two questions
        if value:
            return value
        if time.monotonic() > deadline:
            raise Stuck(f"waited in vain for: {what}")
        time.sleep(0.05)


def walk(node):
    yield node
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield from walk(child)


class Part:
    """One part of a running Fitscope, asked anew each time."""

    def __init__(self, node, app):
        self.node, self.app = node, app

    def description(self):
        self.node.clear_cache()
        return self.node.get_description() or ""

    def names(self, role):
        self.node.clear_cache()
        return [node.get_name() or "" for node in walk(self.node) if node.get_role_name() == role]

    def press(self, beginning, role="push button"):
        def look():
            self.node.clear_cache()
            return next((node for node in walk(self.node)
                         if node.get_role_name() == role and (node.get_name() or "").startswith(beginning)), None)
        found = wait_for(look, f"{role} “{beginning}…”")
        assert found.get_action_iface().do_action(0), f"“{beginning}” would not be pressed"


class App:
    """One running Fitscope."""

    def __init__(self, *arguments, env=None):
        binary = os.environ["FITSCOPE"]
        self.process = subprocess.Popen([binary, *map(str, arguments)], env=env)
        self.root = wait_for(self._find_root, "the program on the accessibility bus")

    def _find_root(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the program ended with status {self.process.returncode}")
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(index)
            if app and app.get_process_id() == self.process.pid and app.get_child_count() > 0:
                return app
        return None

    def all(self, role=None, name=None, contains=None, visible=True):
        self.root.clear_cache()
        for node in walk(self.root):
            if role and node.get_role_name() != role:
                continue
            text = node.get_name() or ""
            if name is not None and text != name:
                continue
            if contains is not None and contains not in text:
                continue
            if visible and not node.get_state_set().contains(Atspi.StateType.VISIBLE):
                continue
            yield node

    def has(self, role=None, name=None, **more):
        return next(self.all(role, name, **more), None)

    def find(self, role=None, name=None, **more):
        return wait_for(lambda: self.has(role, name, **more), f"{role} “{name or more}”")

    def press(self, name, role="push button"):
        node = self.find(role, name)
        wait_for(lambda: node.get_state_set().contains(Atspi.StateType.SENSITIVE), f"“{name}” to be usable")
        assert node.get_action_iface().do_action(0), f"“{name}” would not be pressed"

    def open(self, menu):
        """Presses the menu button of that name. (The outer of its two nodes cannot be pressed.)"""
        button = wait_for(lambda: next((node for role in ("push button", "toggle button")
                                        for node in self.all(role, menu)
                                        if node.get_action_iface() and node.get_action_iface().get_n_actions() > 0),
                                       None), f"the menu “{menu}”")
        button.get_action_iface().do_action(0)

    def choose(self, menu, item):
        """Opens the menu button of that name and takes an item."""
        self.open(menu)
        self.press(item, role="menu item")
        wait_for(lambda: not self.has("menu item", item), f"the menu “{menu}” to close")

    def answer(self, response):
        """Presses a button of the question on the screen. (libadwaita names it "_Save Save".)"""
        node = wait_for(lambda: next((node for node in self.all("push button", contains=response)
                                      if "_" in node.get_name()), None), f"the answer “{response}”")
        node.get_action_iface().do_action(0)

    def set_value(self, name, value, role="spin button"):
        node = self.find(role, name)
        assert node.get_value_iface().set_current_value(value)

    def value(self, name, role="spin button"):
        return self.find(role, name).get_value_iface().get_current_value()

    def description(self, name, role=None):
        return self.find(role, name).get_description()

    def texts(self):
        """Every visible label, for messages and for finding a sentence wherever it stands."""
        return [node.get_name() for node in self.all("label") if node.get_name()]

    def part(self, role, name):
        """A part of the window that stays: to ask it alone is much cheaper than to walk the whole tree."""
        return Part(self.find(role, name), self)

    def wait_toast(self, sentence, button=None):
        """Waits for the sentence at the bottom and presses its button. It does not stand there for long: it
        is looked for where it comes, and not in the whole tree."""
        def toasts(node, depth):
            for index in range(node.get_child_count() if depth > 0 else 0):
                child = node.get_child_at_index(index)
                if child and child.get_name() == "AdwToastWidget":
                    yield child
                elif child:
                    yield from toasts(child, depth - 1)

        def toast():
            self.root.clear_cache()
            return next((found for found in toasts(self.root, 5)
                         if any(node.get_name() == sentence for node in walk(found))), None)

        found = wait_for(toast, f"the message “{sentence}”")
        if button:
            Part(found, self).press(button)

    def wait_text(self, part):
        return wait_for(lambda: next((t for t in self.texts() if part in t), None), f"the text “{part}”")

    def keys(self, *names, window=""):
        """Presses keys in the window of that title, as a person would. The window is given the focus
        first, because no window manager does it here."""
        found = wait_for(lambda: self._x_window(window), f"the window “{window}” on the display")
        subprocess.run(["xdotool", "windowfocus", "--sync", found], check=True)
        subprocess.run(["xdotool", "key", "--clearmodifiers", *names], check=True)

    def _x_window(self, title):
        mine = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
            capture_output=True, text=True,
        ).stdout.split()
        for window in mine:
            name = subprocess.run(["xdotool", "getwindowname", window], capture_output=True, text=True)
            if title in name.stdout:
                return window
        return None

    def choose_file(self, title, path):
        """Types a path into the file dialog of that title and takes it."""
        def entry_has_focus():
            return any(node.get_state_set().contains(Atspi.StateType.FOCUSED)
                       for node in self.all("text", contains="GtkFileChooserEntry"))

        # A slash opens the place to type a path. What is typed there cannot be read back (GTK 4.8
        # gives it no text interface), but keys arrive in the order they were pressed.
        self.keys("slash", window=title)
        wait_for(entry_has_focus, "the place to type a path")
        subprocess.run(["xdotool", "type", "--delay", "10", str(path)[1:]], check=True)
        subprocess.run(["xdotool", "key", "Return"], check=True)
        wait_for(lambda: not self._x_window(title), "the file dialog to close")

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=STUCK_SECONDS)


def main(tests):
    """Runs the named functions in order as TAP."""
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {test.__name__}", flush=True)
        except Exception as error:  # every failure is a line of TAP, and the next test still runs
            failed += 1
            print(f"not ok {number} - {test.__name__}", flush=True)
            for line in f"{type(error).__name__}: {error}".splitlines():
                print(f"# {line}", flush=True)
    sys.exit(1 if failed else 0)
