# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes onnx-golden.h: recurrent operators as ONNX defines them.

Two sources: the operator vectors that come with ONNX (a JSON file of them is the argument), and, since
those know one direction and no varying lengths, random cases that ONNX Runtime computes.

Run with a Python that has numpy, onnx and onnxruntime (1.30 made the committed file):
    python3 make_onnx.py onnx_rnn_vectors.json > onnx-golden.h
"""
import json
import sys
import numpy as np
import onnx
import onnxruntime
from onnx import helper, TensorProto

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
DIRECTIONS = {"forward": 0, "reverse": 1, "bidirectional": 2}
cases = []


def arrays(entries):
    return {name: np.array(v["data"], dtype=np.float32).reshape(v["shape"])
            for name, v in entries.items()}


def add(name, op, attributes, inputs, outputs):
    batchwise = attributes.get("layout", 0)
    x = inputs["X"]
    cases.append({"name": name, "op": op, "batchwise": batchwise,
                  "direction": DIRECTIONS[attributes.get("direction", "forward")],
                  "is_reset_after": attributes.get("linear_before_reset", 0),
                  "n_steps": x.shape[1 if batchwise else 0],
                  "n_rows": x.shape[0 if batchwise else 1],
                  "n_inputs": x.shape[2], "n_units": attributes["hidden_size"],
                  "inputs": inputs, "outputs": outputs})


def run(op, attributes, inputs):
    outputs = ["Y", "Y_h"] + (["Y_c"] if op == "LSTM" else [])
    order = ["X", "W", "R", "B", "sequence_lens", "initial_h"]
    order += ["initial_c", "P"] if op == "LSTM" else []
    names = [n if n in inputs else "" for n in order]
    while not names[-1]:
        names.pop()
    kinds = {"sequence_lens": TensorProto.INT32}
    graph = helper.make_graph(
        [helper.make_node(op, names, outputs, **attributes)], "one",
        [helper.make_tensor_value_info(n, kinds.get(n, TensorProto.FLOAT), inputs[n].shape)
         for n in names if n],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in outputs])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(),
                                           providers=["CPUExecutionProvider"])
    return dict(zip(outputs, session.run(outputs, {n: inputs[n] for n in names if n})))


def random_case(name, op, direction, reset_after=0, lengths=False, start=False, peepholes=False):
    random = np.random.default_rng(len(cases))
    t, b, i, h = 4, 3, 2, 3
    d, g = (2 if direction == "bidirectional" else 1), GATES[op]
    def draw(*shape):
        return random.uniform(-1, 1, shape).astype(np.float32).round(4)
    inputs = {"X": draw(t, b, i), "W": draw(d, g * h, i), "R": draw(d, g * h, h),
              "B": draw(d, 2 * g * h)}
    if lengths:
        inputs["sequence_lens"] = random.permutation([4, 2, 1]).astype(np.int32)
    if start:
        inputs["initial_h"] = draw(d, b, h)
        if op == "LSTM":
            inputs["initial_c"] = draw(d, b, h)
    if peepholes:
        inputs["P"] = draw(d, 3 * h)
    attributes = {"hidden_size": h, "direction": direction}
    if op == "GRU":
        attributes["linear_before_reset"] = reset_after
    add(name, op, attributes, inputs, run(op, attributes, inputs))


for name, v in json.load(open(sys.argv[1])).items():
    add(name[len("test_"):], v["op"], v["attrs"], arrays(v["inputs"]), arrays(v["outputs"]))
for direction in DIRECTIONS:
    random_case("lstm_" + direction, "LSTM", direction)
    random_case("lstm_lengths_" + direction, "LSTM", direction, lengths=True, start=True)
    random_case("lstm_peepholes_" + direction, "LSTM", direction, start=True, peepholes=True)
    random_case("lstm_all_" + direction, "LSTM", direction, lengths=True, start=True,
                peepholes=True)
    for after in (0, 1):
        random_case("gru_%d_%s" % (after, direction), "GRU", direction, after, lengths=True,
                    start=True)
    random_case("rnn_" + direction, "RNN", direction, lengths=True, start=True)


def emit(case, what, values):
    if values is None:
        return "NULL"
    flat = values.reshape(-1)
    symbol = "%s_%s" % (case["name"], what)
    kind = "uint32_t" if what == "lengths" else "float"
    print("static const %s %s[] = {" % (kind, symbol))
    for k in range(0, len(flat), 8):
        print("  " + " ".join(("%d," if what == "lengths" else "%.9g,") % v
                              for v in flat[k:k + 8]))
    print("};")
    return symbol




print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("#pragma once\n")
print("/* Made by make_onnx.py with ONNX %s and ONNX Runtime %s; see there. */\n"
      % (onnx.__version__, onnxruntime.__version__))
print("#include <stddef.h>\n#include <stdint.h>\n")
rows = []
for c in cases:
    parts = [emit(c, w, c["inputs"].get(n)) for n, w in
             [("X", "x"), ("W", "w"), ("R", "r"), ("B", "b"), ("P", "p"),
              ("initial_h", "start_h"), ("initial_c", "start_c"), ("sequence_lens", "lengths")]]
    parts += [emit(c, w, c["outputs"].get(n)) for n, w in
              [("Y", "y"), ("Y_h", "end_h"), ("Y_c", "end_c")]]
    rows.append('  { "%s", %s }' % (c["name"], ", ".join(
        [str({"LSTM": 0, "GRU": 1, "RNN": 2}[c["op"]])] +
        [str(c[k]) for k in ("direction", "is_reset_after", "batchwise", "n_steps", "n_rows",
                             "n_inputs", "n_units")] + parts)))
print("""
static const struct
{
  const char *name;
  int op;        /* LSTM, GRU, RNN */
  int direction; /* forward, reverse, bidirectional */
  int is_reset_after, is_batchwise;
  size_t n_steps, n_rows, n_inputs, n_units;
  const float *x, *w, *r, *b, *p, *start_h, *start_c;
  const uint32_t *lengths;
  const float *y, *end_h, *end_c; /* NULL = not given */
} onnx_cases[] = {""")
print(",\n".join(rows))
print("};")
