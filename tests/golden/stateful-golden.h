/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Made by make_stateful.py with Keras 3.15.1; see there. */

static const double lstm_epoch_losses[3] = {
  0.695976441,
  0.630242537,
  0.598087486,
};

static const double lstm_epoch_predicted[8] = {
  -0.0269930512, 0.00309681892, -0.0349737704, -0.011300832,
  -0.0549669415, -0.059861362,  -0.0780856162, -0.0708347708,
};

static const double lstm_never_losses[3] = {
  0.695976441,
  0.617567208,
  0.582767434,
};

static const double lstm_never_predicted[8] = {
  -0.0279839486, 0.00445362926, -0.03779082,   -0.0147002041,
  -0.0619694591, -0.0674799532, -0.0865533501, -0.0794795007,
};

static const double rnn_epoch_losses[3] = {
  0.995833448,
  0.674152504,
  0.57615231,
};

static const double rnn_epoch_predicted[8] = {
  0.00573773682, -0.00215967,  -0.0158316046, -0.0720161945,
  -0.127713889,  -0.131246522, -0.121497549,  -0.126392186,
};

static const double both_epoch_losses[3] = {
  0.501827321,
  0.490260259,
  0.476765128,
};

static const double both_epoch_predicted[8] = {
  0.20897761,   0.194469035,  0.112488255,  -0.0557261109,
  -0.131081164, -0.211109459, -0.237638474, -0.277135313,
};

static const double both_never_losses[3] = {
  0.452277416,
  0.366212296,
  0.305865234,
};

static const double both_never_predicted[8] = {
  0.368677706,  0.486218601,  0.169364512, -0.386876017,
  -0.462716728, -0.346208841, -0.47893241, -0.534384131,
};
