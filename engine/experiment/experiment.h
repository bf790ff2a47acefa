/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The experiment: everything that determines a run, as plain data. A run is experiment + data, and
 * the same pair gives the same losses bit for bit on one build, with any number of threads. The
 * struct owns no memory: it is copied with `=`, and stays valid when memory is short.
 *
 * Every field below is one row of the schema (schema.h), which holds its key, range, default and
 * help. Nothing reads or writes an experiment by hand-written key lists: controls, JSON, --set,
 * messages, comparison, hash and search all walk the schema. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FS_TEXT_SIZE 256 /* names of columns, of experiments */
#define FS_SHORT_TEXT_SIZE \
  48 /* names of columns in a step: a GObject that holds two experiments has at most 64 KiB */
#define FS_PATH_SIZE 1024 /* data.source */
#define FS_MAX_INPUTS 64  /* extra input columns */
#define FS_MAX_STEPS 32   /* preparation steps */
#define FS_MAX_LAYERS 16

#define FS_AUTO (-1) /* the stored value of the word "auto" in integer settings that allow it */
#define FS_NO_BASELINE (-1) /* the stored value of the word "none" in train.stop.baseline */
#define FS_NEVER (-1)       /* the stored value of the word "never" in train.stop.patience */

typedef enum
{
  FS_TASK_FORECAST,
  FS_TASK_REGRESS,
  FS_TASK_CLASSIFY,
  FS_TASK_TEXT,
  FS_TASK_NEXT
} FsTask;

/* Whether what is to be found is one of several classes. */
static inline bool
fs_task_is_of_classes (FsTask task)
{
  return task == FS_TASK_CLASSIFY || task == FS_TASK_TEXT || task == FS_TASK_NEXT;
}

/* How the file is to be read. All zero but skip_rows means: by what is in it. */
typedef enum
{
  FS_IMPORT_DELIMITER_AUTO,
  FS_IMPORT_DELIMITER_COMMA,
  FS_IMPORT_DELIMITER_SEMICOLON,
  FS_IMPORT_DELIMITER_TAB,
  FS_IMPORT_DELIMITER_BAR,
  FS_IMPORT_DELIMITER_BLANKS,
  FS_IMPORT_DELIMITER_NONE
} FsImportDelimiter;

typedef enum
{
  FS_IMPORT_DECIMAL_AUTO,
  FS_IMPORT_DECIMAL_POINT,
  FS_IMPORT_DECIMAL_COMMA
} FsImportDecimal;

typedef enum
{
  FS_IMPORT_HEADER_AUTO,
  FS_IMPORT_HEADER_YES,
  FS_IMPORT_HEADER_NO
} FsImportHeader;

typedef enum
{
  FS_IMPORT_DATES_AUTO,
  FS_IMPORT_DATES_DAY_FIRST,
  FS_IMPORT_DATES_MONTH_FIRST
} FsImportDates;

typedef enum
{
  FS_IMPORT_ENCODING_AUTO,
  FS_IMPORT_ENCODING_UTF_8,
  FS_IMPORT_ENCODING_UTF_16_LE,
  FS_IMPORT_ENCODING_UTF_16_BE,
  FS_IMPORT_ENCODING_UTF_32_LE,
  FS_IMPORT_ENCODING_UTF_32_BE,
  FS_IMPORT_ENCODING_WINDOWS_1252,
  FS_IMPORT_ENCODING_LATIN_1,
  FS_IMPORT_ENCODING_SHIFT_JIS
} FsImportEncoding;

/* Whether an example is a whole sequence or text, of its own length and with one answer. */
static inline bool
fs_task_is_of_sequences (FsTask task)
{
  return task == FS_TASK_REGRESS || task == FS_TASK_CLASSIFY || task == FS_TASK_TEXT;
}

/* Whether the inputs are numbers of words or characters. */
static inline bool
fs_task_is_of_tokens (FsTask task)
{
  return task == FS_TASK_TEXT || task == FS_TASK_NEXT;
}

/* Where something happens to a sequence: behind or before it, at its end or its start. */
typedef enum
{
  FS_AT_END,
  FS_AT_START
} FsSequenceEnd;

/* What a text is cut into; in the order of FsTokenUnit. */
typedef enum
{
  FS_TEXT_UNIT_WORDS,
  FS_TEXT_UNIT_CHARACTERS,
  FS_TEXT_UNIT_KERAS
} FsTextUnit;

typedef enum
{
  FS_STEP_IMPUTE,
  FS_STEP_SCALE,
  FS_STEP_CLIP,
  FS_STEP_TRANSFORM,
  FS_STEP_DIFFERENCE,
  FS_STEP_DETREND,
  FS_STEP_FEATURE,
  FS_STEP_ENCODE,
  FS_STEP_AUGMENT,
  FS_N_STEP_KINDS
} FsStepKind;

typedef enum
{
  FS_IMPUTE_LINEAR,
  FS_IMPUTE_FORWARD,
  FS_IMPUTE_MEAN,
  FS_IMPUTE_MEDIAN,
  FS_IMPUTE_CONSTANT,
  FS_IMPUTE_BACKWARD,
  FS_IMPUTE_TIME,
  FS_IMPUTE_SPLINE,
  FS_IMPUTE_NEIGHBOURS,
  FS_IMPUTE_DROP
} FsImputeMethod;

typedef enum
{
  FS_SCALE_STANDARD,
  FS_SCALE_MIN_MAX,
  FS_SCALE_CENTRE,
  FS_SCALE_NONE,
  FS_SCALE_ROBUST,
  FS_SCALE_MAX_ABS
} FsScaleMethod;

typedef enum
{
  FS_CLIP_QUANTILE,
  FS_CLIP_WINSORISE,
  FS_CLIP_IQR,
  FS_CLIP_MAD,
  FS_CLIP_HAMPEL
} FsClipMethod;

typedef enum
{
  FS_CLIP_TO_LIMIT,
  FS_CLIP_TO_MISSING
} FsClipAction;

typedef enum
{
  FS_TRANSFORM_LOG,
  FS_TRANSFORM_LOG1P,
  FS_TRANSFORM_ASINH,
  FS_TRANSFORM_BOX_COX,
  FS_TRANSFORM_YEO_JOHNSON
} FsTransformMethod;

typedef enum
{
  FS_DETREND_LINE,
  FS_DETREND_CONSTANT
} FsDetrendMethod;

typedef enum
{
  FS_FEATURE_LAG,
  FS_FEATURE_MEAN,
  FS_FEATURE_SD,
  FS_FEATURE_MIN,
  FS_FEATURE_MAX,
  FS_FEATURE_EWMA,
  FS_FEATURE_RETURN,
  FS_FEATURE_LOG_RETURN,
  FS_FEATURE_CALENDAR,
  FS_FEATURE_FOURIER,
  FS_FEATURE_RSI,
  FS_FEATURE_MACD,
  FS_FEATURE_BOLLINGER,
  FS_FEATURE_ATR,
  FS_FEATURE_VOLATILITY
} FsFeatureMethod;

typedef enum
{
  FS_CYCLE_MINUTE,
  FS_CYCLE_HOUR,
  FS_CYCLE_WEEKDAY,
  FS_CYCLE_MONTH_DAY,
  FS_CYCLE_MONTH,
  FS_CYCLE_YEAR_DAY
} FsCycle;

typedef enum
{
  FS_ENCODE_ONE_HOT,
  FS_ENCODE_ORDINAL
} FsEncodeMethod;

typedef enum
{
  FS_ENCODE_ALPHABETICAL,
  FS_ENCODE_FREQUENCY,
  FS_ENCODE_GIVEN
} FsEncodeOrder;

/* Variants of training windows: augment.h. From FS_AUGMENT_SYNONYM on they are of texts. */
typedef enum
{
  FS_AUGMENT_JITTER,
  FS_AUGMENT_SCALING,
  FS_AUGMENT_MAGNITUDE_WARP,
  FS_AUGMENT_TIME_WARP,
  FS_AUGMENT_SLICE,
  FS_AUGMENT_WINDOW_WARP,
  FS_AUGMENT_MIXUP,
  FS_AUGMENT_SYNONYM,
  FS_AUGMENT_INSERT,
  FS_AUGMENT_SWAP,
  FS_AUGMENT_DELETE,
  FS_AUGMENT_BACK_TRANSLATION
} FsAugmentMethod;

/* Whether such a step has anything to do where the task's inputs are numbers of words or characters: those
 * are names, and only whole texts can be varied. Other steps stay in the list and rest. */
static inline bool
fs_step_suits_task (FsStepKind kind, FsTask task)
{
  return !fs_task_is_of_tokens (task) || (task == FS_TASK_TEXT && kind == FS_STEP_AUGMENT);
}

/* What becomes of texts that another text equals. */
typedef enum
{
  FS_DUPLICATES_KEPT,
  FS_DUPLICATES_REMOVED, /* but for the first */
  FS_DUPLICATES_GROUPED  /* into the part of the first */
} FsDuplicates;

/* The columns that a step works on. */
typedef enum
{
  FS_COLUMNS_ALL,
  FS_COLUMNS_TARGET,
  FS_COLUMNS_INPUTS
} FsStepColumns;

typedef struct
{
  FsImportDelimiter delimiter;
  FsImportDecimal decimal;
  FsImportHeader header;
  FsImportDates dates;
  FsImportEncoding encoding;
  int64_t skip_rows;                /* rows before the table; FS_AUTO = by evidence */
  char missing[FS_SHORT_TEXT_SIZE]; /* one more spelling of "no value"; "" = none */
  char table[FS_TEXT_SIZE];         /* of a file that holds several; "" = the first */
} FsImport;

/* One preparation step: its kind and the union of all kinds' settings, each at its default where the
 * kind does not use it (so that comparing two steps is field by field). */
typedef struct
{
  FsStepKind kind;
  bool is_enabled;
  FsImputeMethod impute_method;
  double impute_value;  /* constant */
  int64_t n_neighbours; /* neighbours */
  bool marks_gaps;      /* impute: a channel of 0 and 1 for each column with gaps in training */
  FsScaleMethod scale_method;
  double range_low, range_high;       /* scale: where min–max puts the extremes */
  double quantile_low, quantile_high; /* scale: per cent, of robust */
  FsClipMethod clip_method;
  FsClipAction clip_action;
  double clip_share;  /* quantile, winsorise: on each side */
  double clip_reach;  /* iqr, mad, hampel: how far is too far; FS_AUTO = as usual for the method */
  int64_t clip_width; /* hampel: 2 width + 1 rows */
  FsTransformMethod transform_method;
  double offset; /* log: added before */
  int64_t lag;   /* difference, feature: rows */
  FsFeatureMethod feature_method;
  char feature_column[FS_SHORT_TEXT_SIZE]; /* "" = the target */
  char feature_high[FS_SHORT_TEXT_SIZE];   /* atr */
  char feature_low[FS_SHORT_TEXT_SIZE];    /* atr */
  int64_t feature_length;                  /* rows a window has */
  FsCycle feature_cycle;                   /* calendar */
  double feature_period;                   /* fourier: rows */
  int64_t feature_order;                   /* fourier: waves */
  FsDetrendMethod detrend_method;
  FsEncodeMethod encode_method;
  FsEncodeOrder encode_order;            /* ordinal */
  char encode_words[FS_SHORT_TEXT_SIZE]; /* given: with commas between, the first is 0 */
  int64_t encode_least;                  /* rows of training that a word needs */
  bool drops_first;                      /* one-hot: the first word is all zeros */
  FsAugmentMethod augment_method;
  double augment_share;    /* of the windows, in each epoch */
  double augment_strength; /* FS_AUTO = as usual for the method */
  FsStepColumns columns;
  bool fits_all_rows; /* wrong on purpose: learns from the rows it will be tested on */
} FsStepSpec;

typedef enum
{
  FS_LAYER_LSTM,
  FS_LAYER_DROPOUT,
  FS_LAYER_DENSE,
  FS_LAYER_GRU,
  FS_LAYER_RNN,
  FS_LAYER_ATTENTION,
  FS_LAYER_NORM,
  FS_LAYER_EMBEDDING,
  FS_N_LAYER_KINDS
} FsLayerKind;

typedef enum
{
  FS_ACTIVATION_LINEAR,
  FS_ACTIVATION_TANH,
  FS_ACTIVATION_SIGMOID,
  FS_ACTIVATION_RELU,
  FS_ACTIVATION_LEAKY_RELU,
  FS_ACTIVATION_ELU,
  FS_ACTIVATION_SELU,
  FS_ACTIVATION_SOFTPLUS,
  FS_ACTIVATION_SOFTSIGN,
  FS_ACTIVATION_SILU,
  FS_ACTIVATION_GELU,
  FS_ACTIVATION_MISH,
  FS_ACTIVATION_SOFTMAX,
  FS_ACTIVATION_HARD_SIGMOID,        /* clip(x/6 + ½), as Keras 3 and PyTorch */
  FS_ACTIVATION_HARD_SIGMOID_KERAS_2 /* clip(0.2 x + ½), as Keras 2 and ONNX */
} FsActivation;

/* What the values of a recurrent layer pass through, and what its gates do: each list begins with what
 * everybody uses. */
typedef enum
{
  FS_CELL_TANH,
  FS_CELL_RELU,
  FS_CELL_SOFTSIGN,
  FS_CELL_SIGMOID,
  FS_CELL_HARD_SIGMOID,
  FS_CELL_HARD_SIGMOID_KERAS_2,
  FS_CELL_LINEAR
} FsCellActivation;

typedef enum
{
  FS_GATE_SIGMOID,
  FS_GATE_HARD_SIGMOID,
  FS_GATE_HARD_SIGMOID_KERAS_2,
  FS_GATE_TANH,
  FS_GATE_RELU,
  FS_GATE_SOFTSIGN,
  FS_GATE_LINEAR
} FsGateActivation;

/* Where a GRU's reset gate acts. */
typedef enum
{
  FS_RESET_AFTER, /* on U h + b: PyTorch, and Keras by default */
  FS_RESET_BEFORE /* on h, before U: the first paper, and older Keras */
} FsReset;

/* Which way a recurrent layer reads the window, and what becomes of two ways. */
typedef enum
{
  FS_DIRECTION_FORWARD,
  FS_DIRECTION_BACKWARD,
  FS_DIRECTION_BOTH
} FsDirection;

typedef enum
{
  FS_MERGE_CONCAT,
  FS_MERGE_SUM,
  FS_MERGE_AVERAGE,
  FS_MERGE_PRODUCT
} FsMerge;

/* How attention finds what each step is worth: attention.c. */
typedef enum
{
  FS_SCORE_ADDITIVE,
  FS_SCORE_DOT,
  FS_SCORE_SCALED,
  FS_SCORE_GENERAL,
  FS_SCORE_LEARNED,
  FS_SCORE_MEAN
} FsAttentionScore;

/* What an embedding begins with. */
typedef enum
{
  FS_VECTORS_DRAWN,
  FS_VECTORS_FILE,    /* of text.vectors */
  FS_VECTORS_WORD2VEC /* trained on the training texts before */
} FsVectorSource;

/* How the first weights are drawn: initialiser.h. */
typedef enum
{
  FS_INIT_GLOROT_UNIFORM,
  FS_INIT_GLOROT_UNIFORM_PER_GATE,
  FS_INIT_GLOROT_NORMAL,
  FS_INIT_HE_UNIFORM,
  FS_INIT_HE_NORMAL,
  FS_INIT_ORTHOGONAL,
  FS_INIT_PYTORCH,
  FS_INIT_ZEROS,
  FS_INIT_CONSTANT
} FsInitialiser;

typedef enum
{
  FS_RECURRENT_INIT_ORTHOGONAL,
  FS_RECURRENT_INIT_GLOROT_UNIFORM,
  FS_RECURRENT_INIT_GLOROT_UNIFORM_PER_GATE,
  FS_RECURRENT_INIT_GLOROT_NORMAL,
  FS_RECURRENT_INIT_HE_UNIFORM,
  FS_RECURRENT_INIT_HE_NORMAL,
  FS_RECURRENT_INIT_PYTORCH,
  FS_RECURRENT_INIT_ZEROS,
  FS_RECURRENT_INIT_CONSTANT
} FsRecurrentInitialiser;

typedef enum
{
  FS_BIAS_INIT_ZEROS,
  FS_BIAS_INIT_PYTORCH,
  FS_BIAS_INIT_CONSTANT,
  FS_BIAS_INIT_CHRONO /* lstm, gru */
} FsBiasInitialiser;

/* How long a draw of dropout holds within a recurrent layer. */
typedef enum
{
  FS_DROPOUT_PER_SEQUENCE,
  FS_DROPOUT_PER_STEP
} FsDropoutMask;

/* One layer: its kind and the union of all kinds' settings. */
typedef struct
{
  FsLayerKind kind;
  int64_t units; /* recurrent, dense; FS_AUTO in a last dense layer = what the task needs */
  double rate;   /* dropout */
  FsActivation activation;          /* dense */
  double forget_bias;               /* lstm: added to the forget gate's bias at the start */
  double leak;                      /* dense: slope of a leaky ReLU below 0 */
  FsCellActivation cell_activation; /* recurrent */
  FsGateActivation gate_activation; /* lstm, gru */
  FsReset reset;                    /* gru */
  FsDirection direction;            /* recurrent */
  FsMerge merge;                    /* recurrent, in both directions */
  bool has_peepholes;               /* lstm */
  bool has_layer_norm;              /* lstm */
  double norm_epsilon;              /* layer-norm, and lstm with it */
  double dropout;                   /* recurrent: of its inputs */
  double recurrent_dropout;         /* recurrent: of h on its way into the gates */
  FsDropoutMask dropout_mask;       /* recurrent: of both */
  FsInitialiser kernel_init;        /* recurrent, dense */
  FsRecurrentInitialiser recurrent_init;
  FsBiasInitialiser bias_init;  /* recurrent, dense */
  double init_constant;         /* of each that is constant */
  FsAttentionScore score;       /* attention */
  FsVectorSource vector_source; /* embedding */
  bool reduces_vectors;         /* embedding, file: longer vectors to their principal components */
  double max_norm;              /* embedding: of a word's vector; 0 = off */
  bool is_frozen;               /* embedding: never learns */
} FsLayerSpec;

typedef enum
{
  FS_SPLIT_CHRONOLOGICAL,
  FS_SPLIT_SHUFFLED,
  FS_SPLIT_GIVEN,
  FS_SPLIT_GROUPED
} FsSplitMethod;

typedef struct
{
  FsSplitMethod method;
  double train;      /* share of rows */
  double validation; /* share of rows; the rest is the test part */
  int64_t purge;     /* rows between the parts; FS_AUTO = just enough that no window crosses */
  int64_t seed;      /* shuffled, grouped */
  char column[FS_TEXT_SIZE]; /* given: the column that names each row's part */
  char group[FS_TEXT_SIZE];  /* grouped: that of the groups; "" = each sequence is one */
} FsSplit;

typedef enum
{
  FS_LOSS_MSE,
  FS_LOSS_MAE,
  FS_LOSS_HUBER,
  FS_LOSS_LOG_COSH,
  FS_LOSS_QUANTILE,
  FS_LOSS_CROSS_ENTROPY,       /* of one class among several, from logits */
  FS_LOSS_BINARY_CROSS_ENTROPY /* of yes or no, from one logit */
} FsLoss;

/* Whether a loss is one of classes rather than of numbers. */
static inline bool
fs_loss_is_of_classes (FsLoss loss)
{
  return loss == FS_LOSS_CROSS_ENTROPY || loss == FS_LOSS_BINARY_CROSS_ENTROPY;
}

typedef enum
{
  FS_CLASS_WEIGHTS_NONE,
  FS_CLASS_WEIGHTS_BALANCED,
  FS_CLASS_WEIGHTS_GIVEN
} FsClassWeights;

typedef enum
{
  FS_OPTIMISER_ADAM,
  FS_OPTIMISER_SGD,
  FS_OPTIMISER_ADAMW,
  FS_OPTIMISER_NADAM,
  FS_OPTIMISER_RMSPROP,
  FS_OPTIMISER_ADAGRAD
} FsOptimiser;

/* Whose reading of a formula, where the two disagree. */
typedef enum
{
  FS_CONVENTION_PYTORCH,
  FS_CONVENTION_KERAS
} FsConvention;

typedef enum
{
  FS_PENALTY_TOGETHER, /* l1 and l2 act on every kernel */
  FS_PENALTY_APART     /* recurrent kernels have their own */
} FsPenaltyKinds;

typedef enum
{
  FS_SCHEDULE_NONE,
  FS_SCHEDULE_STEP,
  FS_SCHEDULE_EXPONENTIAL,
  FS_SCHEDULE_COSINE,
  FS_SCHEDULE_WARM_UP,
  FS_SCHEDULE_TRIANGULAR,
  FS_SCHEDULE_ONE_CYCLE,
  FS_SCHEDULE_PLATEAU
} FsSchedule;

/* Whether recurrent layers begin a window with what they remember from the one before:
 * trainer-carry.c. */
typedef enum
{
  FS_STATEFUL_OFF,   /* each window from 0 */
  FS_STATEFUL_EPOCH, /* from 0 at the start of each epoch */
  FS_STATEFUL_NEVER  /* from 0 at the start of the run alone */
} FsStateful;

typedef enum
{
  FS_SCHEDULE_PER_EPOCH,
  FS_SCHEDULE_PER_BATCH
} FsScheduleUnit;

typedef struct
{
  char name[FS_TEXT_SIZE];

  struct
  {
    char source[FS_PATH_SIZE]; /* "builtin:NAME", or a path relative to the experiment file */
    char target[FS_TEXT_SIZE]; /* "" = the first column of numbers that is not time */
    char time[FS_TEXT_SIZE];   /* "" = the first column of dates, if any */
    FsTask task;
    char inputs[FS_MAX_INPUTS][FS_TEXT_SIZE]; /* besides the target's own past */
    size_t n_inputs;
    FsImport import;
    char sequence[FS_TEXT_SIZE]; /* regress, classify: the column that names each row's sequence */
    char text[FS_TEXT_SIZE];     /* text, next: "" = the first column of texts */
  } data;

  struct
  {
    FsTextUnit unit;
    int64_t least_count; /* rarer words are unknown */
    int64_t most_words;  /* 0 = no limit */
    bool keeps_capitals;
    bool strips_markup;
    double temperature;         /* next: of the samples */
    char prompt[FS_TEXT_SIZE];  /* next: what they begin with; "" = what the validation part does */
    char vectors[FS_PATH_SIZE]; /* file of word vectors, relative to the experiment file */
    char synonyms[FS_PATH_SIZE];          /* file of lines of words that mean the same, likewise */
    char back_translations[FS_PATH_SIZE]; /* file of lines of a text and what came back, likewise */
    FsDuplicates duplicates;              /* text */
  } text;

  FsStepSpec steps[FS_MAX_STEPS];
  size_t n_steps;

  struct
  {
    int64_t length;           /* rows a window looks back */
    int64_t horizon;          /* rows it looks ahead */
    int64_t stride;           /* rows between two windows */
    int64_t longest;          /* sequences: steps; FS_AUTO = of the longest one */
    FsSequenceEnd padding;    /* sequences: where the shorter ones are filled up */
    FsSequenceEnd truncation; /* sequences: what is cut off longer ones */
    bool is_masked;           /* sequences: padding does not count */
  } window;

  FsSplit split;

  FsLayerSpec layers[FS_MAX_LAYERS];
  size_t n_layers;

  struct
  {
    FsLoss loss;
    double huber_delta;
    double quantile;
    FsClassWeights class_weights;
    char class_weight_list[FS_TEXT_SIZE]; /* given: "yes 2, no 0.5" */
    FsOptimiser optimiser;
    double learning_rate;
    double momentum;     /* sgd, rmsprop */
    bool is_amsgrad;     /* adam, adamw */
    bool is_nesterov;    /* sgd */
    bool is_centred;     /* rmsprop */
    double beta1, beta2; /* adam, adamw, nadam */
    double rho;          /* rmsprop; FS_AUTO = the convention's */
    double weight_decay; /* adamw; FS_AUTO = the convention's */
    double epsilon;      /* all but sgd; FS_AUTO = the convention's */
    FsConvention convention;
    int64_t batch;
    int64_t epochs;
    bool is_shuffled;
    bool has_buckets;    /* sequences: batches of about equal length */
    FsStateful stateful; /* forecast, next */
    int64_t seed;
    double clip_norm;  /* 0 = off */
    double clip_value; /* 0 = off */
    double max_norm;   /* of what goes into one unit; 0 = off */
    double l1;         /* on kernels and recurrent kernels, not on biases; 0 = off */
    double l2;         /* λ Σ w², whose gradient is 2 λ w, as Keras's */
    FsPenaltyKinds penalties;
    double l1_recurrent, l2_recurrent; /* only where penalties are apart */
    double l1_bias, l2_bias;           /* likewise */
    struct
    {
      FsSchedule type;
      FsScheduleUnit unit;  /* of all numbers of steps here */
      int64_t length;       /* cosine, warm-up, one-cycle; FS_AUTO = the whole run */
      int64_t every;        /* step */
      double factor;        /* step, plateau */
      double decay;         /* exponential */
      double min_rate;      /* cosine, plateau */
      double start_factor;  /* warm-up, triangular: share of the rate to begin with */
      int64_t warm_up;      /* step, exponential, cosine: steps of warm-up before; 0 = none */
      int64_t rise;         /* triangular: steps from the lowest rate to the highest */
      bool is_halved;       /* triangular: half as high each time */
      double divisor;       /* one-cycle: the rate begins at 1 / divisor */
      double final_divisor; /* one-cycle: and ends at 1 / this of that */
      bool cycles_momentum; /* triangular, one-cycle: against the rate, between the next two */
      double low_momentum, high_momentum;
      int64_t patience; /* plateau: epochs */
      double threshold; /* plateau: share of the best (pytorch) or number (keras) */
      int64_t cooldown; /* plateau: epochs */
    } schedule;
    struct
    {
      int64_t patience; /* epochs without improvement before the end; FS_NEVER = run them all */
      double min_delta;
      double baseline;     /* improvements that do not reach this do not count; FS_NO_BASELINE */
      int64_t first_epoch; /* 1-based: earlier epochs are not looked at */
      bool restores_best;
    } stop;
  } train;
} FsExperiment;

/* Makes loss, first layer and split suit the task where they cannot stay as they are: classes need a loss
 * of classes, words an embedding, and sequences are not in order of time. */
void fs_experiment_suit_loss (FsExperiment *experiment);
void fs_experiment_suit_layers (FsExperiment *experiment);
void fs_experiment_suit_task (FsExperiment *experiment);

/* The experiment of the defaults: it names a built-in series, and trains as it stands. */
FsExperiment fs_experiment_default (void);
