# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes keras-recurrent-golden.h from keras_rnn.json: recurrent layers under Keras's conventions.

    python3 make_keras_recurrent.py keras_rnn.json > keras-recurrent-golden.h
The file holds, for each case, a layer's settings, its weights as get_weights() gives them, a mask, and the
sequence and the states that Keras 3.16 computed.
"""
import json
import sys

data = json.load(open(sys.argv[1]))


def flat(values):
    return [values] if not isinstance(values, list) else [v for x in values for v in flat(x)]


def emit(name, values):
    print("static const float %s[] = {" % name)
    for k in range(0, len(values), 8):
        print("  " + " ".join("%.9g," % v for v in values[k:k + 8]))
    print("};")


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("#pragma once\n")
print("/* Made by make_keras_recurrent.py from what Keras %s computed; see there. */\n" % data["keras"])
emit("keras_x", flat(data["x"]))
rows = []
for number, case in enumerate(data["cases"]):
    n_ways = 2 if case["merge"] else 1
    weights = case["weights"]
    per_way = len(weights) // n_ways
    names = []
    for k, values in enumerate(weights):
        names.append("keras_%d_weights_%d" % (number, k))
        emit(names[-1], flat(values))
    parts = {}
    for what in ("y", "states"):
        parts[what] = "keras_%d_%s" % (number, what)
        emit(parts[what], flat(case[what]))
    mask = "{ %s }" % ", ".join(str(v) for v in flat(case["mask"] or [[1] * 6] * 3))
    kind = {"LSTM": "FS_LAYER_LSTM", "GRU": "FS_LAYER_GRU", "SimpleRNN": "FS_LAYER_RNN"}
    settings = [".kind = %s" % kind[case["kind"]], ".units = 5"]
    if case["kw"].get("reset_after") == "False":
        settings.append(".reset = FS_RESET_BEFORE")
    if case["kw"].get("go_backwards"):
        settings.append(".direction = FS_DIRECTION_BACKWARD")
    if case["kw"].get("activation") == "relu":
        settings.append(".cell_activation = FS_CELL_RELU")
    if case["kw"].get("recurrent_activation") == "hard_sigmoid":
        settings.append(".gate_activation = FS_GATE_HARD_SIGMOID")
    if case["merge"]:
        merge = {"concat": "CONCAT", "sum": "SUM", "mul": "PRODUCT", "ave": "AVERAGE"}
        settings += [".direction = FS_DIRECTION_BOTH", ".merge = FS_MERGE_" + merge[case["merge"]]]
    ways = ["{ %s }" % ", ".join((names[w * per_way:(w + 1) * per_way] + ["NULL"])[:3])
            for w in range(n_ways)]
    rows.append("  { { %s },\n    { %s },\n    %s,\n    %s,\n    %s }"
                % (", ".join(settings), ", ".join(ways), mask, parts["y"], parts["states"]))
print("""
static const struct
{
  FsLayerSpec layer;
  const float *weights[2][3]; /* of each way: kernel, recurrent kernel, bias or NULL */
  int mask[18];               /* [row][step] */
  const float *y;             /* [row][step][unit] */
  const float *states;        /* of each way h, and c of an LSTM: [row][unit] */
} keras_cases[] = {""")
print(",\n".join(rows))
print("};")
