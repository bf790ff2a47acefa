"""Writes the event files that tests/lab/test-logs.c reads, by tensorboardX 2. Usage: make_logs.py FOLDER"""
import glob
import os
import struct
import sys

from tensorboardX import SummaryWriter
from tensorboardX.proto.summary_pb2 import Summary
from tensorboardX.proto.tensor_pb2 import TensorProto

TRAIN = [0.875, 0.5, 0.375]
VALIDATION = [1.0, 0.625, 0.75]

def write(folder, name, add):
    writer = SummaryWriter(os.path.join(folder, name))
    add(writer)
    writer.close()
    (path,) = glob.glob(os.path.join(folder, name, "events*"))
    os.rename(path, os.path.join(folder, name + ".tfevents"))
    os.rmdir(os.path.join(folder, name))

def epochs(writer):
    for epoch in range(3):
        writer.add_scalar("Loss/train", TRAIN[epoch], epoch)
        writer.add_scalar("Loss/val", VALIDATION[epoch], epoch)
        writer.add_scalar("accuracy", 0.1 * epoch, epoch)

def steps(writer):
    for step in range(30):
        writer.add_scalar("train_loss", TRAIN[step // 10] + (0.25 if step % 2 else -0.25), step)
        if step % 10 == 9:
            writer.add_scalar("val_loss", VALIDATION[step // 10], step)


def tensors(writer):
    """As TensorFlow 2 writes scalars: as bytes of a tensor, or as its list of numbers."""
    for epoch in range(3):
        train = TensorProto(dtype=1, tensor_content=struct.pack("<f", TRAIN[epoch]))
        validation = TensorProto(dtype=2, double_val=[VALIDATION[epoch]])
        values = [Summary.Value(tag="train_loss", tensor=train), Summary.Value(tag="val_loss", tensor=validation)]
        writer.file_writer.add_summary(Summary(value=values), epoch + 1)


write(sys.argv[1], "log-epochs", epochs)
write(sys.argv[1], "log-steps", steps)
write(sys.argv[1], "log-tensors", tensors)
