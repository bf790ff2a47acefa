# SPDX-License-Identifier: GPL-3.0-or-later
"""What a finding proposes, tried: through the accessibility bus and the keyboard only. A network that
overfits, *Try it*, both runs on the same axes and with one past; then a branch from an epoch of one's
choice with one setting changed; and the proof that the change helps, begun, told of and cancelled."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
import desktop  # noqa: E402
from desktop import wait_for  # noqa: E402

folder = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-try-"))
app = strip = loss = heading = None
SINCE = re.compile(r"Overfitting since epoch (\d+)")


def tiles():
    return [name for name in strip.names("push button") if ", " in name]


def finished():
    return any(text.startswith("finished") for text in heading.names("label"))


def compared():
    """The runs on the shared axes: name → (epochs, lowest validation loss)."""
    told = app.description("Compared runs", "image") or ""
    return {name: (int(n), float(low)) for name, n, low in re.findall(
        r"(?:^|\. )([^:]+): (\d+) epochs, lowest validation loss ([\d.]+\d) at epoch", told)}


def train_until_it_overfits():
    global app, strip, loss, heading
    path = folder / "small.fit.json"
    path.write_text(json.dumps({
        "fitscope": 1,
        "data": {"source": "builtin:nile"},
        "window": {"length": 12},
        "split": {"train": 0.5, "validation": 0.3},
        "model": {"layers": [{"type": "lstm", "units": 4}, {"type": "dense", "units": 1}]},
        "train": {"epochs": 300, "batch": 16, "learning_rate": 0.02, "stop": {"patience": "never"}},
    }))
    app = desktop.App(path)
    strip, loss = app.part("panel", "Runs"), app.part("image", "Loss")
    heading = app.part("filler", "AdwWindowTitle")
    app.press("Train")
    wait_for(finished, "the end of the run")
    app.wait_text("Overfitting since epoch")


def try_what_the_card_proposes():
    since = int(SINCE.search(app.wait_text("Overfitting since epoch")).group(1))
    app.press("Try it")
    wait_for(lambda: len(tiles()) == 2, "a tile for the branch")
    branch = wait_for(lambda: next((t for t in tiles() if f"from epoch {since}" in t), None),
                      f"the epoch of the branch in its name, not {tiles()}")
    name = branch.split(",")[0]
    # Both on the same axes, and what is different is named.
    wait_for(lambda: compared().get(name, (0,))[0] == 300, "all epochs of the branch")
    assert set(compared()) == {"LSTM 4", name}, compared()
    caption = app.wait_text("The same run up to epoch")
    differs = re.fullmatch(rf"The same run up to epoch {since}\. From there they differ in: (.+) (\S+) or (\S+)\.",
                           caption)
    assert differs and name == f"{differs.group(1)} {differs.group(3)} from epoch {since}", (caption, name)
    # The trouble is gone, and the original is what it was.
    wait_for(lambda: any(t.startswith(name) and "Overfitting" not in t and "best" in t for t in tiles()),
             f"a branch that does not overfit, not {tiles()}")
    assert any(t.startswith("LSTM 4,") and SINCE.search(t) for t in tiles()), tiles()


def branch_off_where_one_likes():
    app.keys("alt+1")
    strip.press("LSTM 4,")
    app.set_value("Fit at epoch", 40, role="slider")
    wait_for(lambda: "epoch 40" in app.description("Forecast", "image"), "the fit of epoch 40")
    app.open("Branch…")
    app.wait_text("Go on from epoch 40 with another")
    go = app.find("push button", "Branch off")
    assert not go.get_state_set().contains(desktop.Atspi.StateType.SENSITIVE), "nothing is changed yet"
    rate = next(node for node in desktop.walk(go.get_parent()) if node.get_role_name() == "slider")
    rate.get_value_iface().set_current_value(rate.get_value_iface().get_current_value() - 0.2)
    app.press("Branch off")
    caption = app.wait_text("The same run up to epoch 40.")
    differs = re.fullmatch(r".* From there they differ in: Learning rate 0\.02 or (\S+)\.", caption)
    assert differs, caption
    name = f"Learning rate {differs.group(1)} from epoch 40"
    wait_for(lambda: compared().get(name, (0,))[0] == 300, "all epochs of the branch")
    assert set(compared()) == {"LSTM 4", name} and len(tiles()) == 3, (compared(), tiles())


def the_past_is_shared_to_the_bit():
    app.keys("ctrl+q")
    assert app.process.wait(timeout=desktop.STUCK_SECONDS) == 0
    listed = json.loads(subprocess.run([os.environ["FITSCOPE"], "runs", "list", "--json"],
                                       check=True, capture_output=True, text=True).stdout)
    losses = {}
    for run in listed["runs"]:
        shown = json.loads(subprocess.run([os.environ["FITSCOPE"], "runs", "show", run["id"], "--json"],
                                          check=True, capture_output=True, text=True).stdout)
        losses[run["name"]] = [(e["train_loss"], e["val_loss"]) for e in shown["history"]]
    whole = losses.pop("LSTM 4")
    assert len(losses) == 2, losses.keys()
    for name, branch in losses.items():
        since = int(re.search(r"from epoch (\d+)$", name).group(1))
        assert branch[:since] == whole[:since] and branch[since] != whole[since], name


desktop.main([train_until_it_overfits, try_what_the_card_proposes, branch_off_where_one_likes,
              the_past_is_shared_to_the_bit])
