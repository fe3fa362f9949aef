#!/usr/bin/env python3
"""Makes the model files of this folder and what they must predict (expected.json), with the real libraries.

pip install xgboost-cpu==3.2.0 scikit-learn==1.9.1 skl2onnx==1.20.0 onnx==1.19.1 onnxruntime==1.29.0 pandas
"""
import json
import pathlib

import numpy as np
import onnxruntime
import pandas as pd
import xgboost
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(1)
X = pd.DataFrame(random.random((300, 4)), columns=list("abcd")).round(4)
X.loc[::9, "b"] = np.nan
y = 3 * X.a - 2 * X.b.fillna(0.5) + (X.c > 0.5) * 2 + random.normal(0, 0.05, 300)
classes = np.digitize(y, [0.5, 2.0])
rows = X.head(12)
expected = {"rows": [[None if np.isnan(v) else v for v in row] for row in rows.to_numpy().tolist()], "models": {}}


def boosted(name, label, **parameters):
    booster = xgboost.train({"max_depth": 4, "seed": 1, **parameters}, xgboost.DMatrix(X, label), 12)
    booster.save_model(HERE / name)
    expected["models"][name] = booster.predict(xgboost.DMatrix(rows)).tolist()


boosted("regression.json", y)
boosted("regression.ubj", y)
boosted("binary.json", y > 1, objective="binary:logistic")
boosted("poisson.json", np.exp(y), objective="count:poisson")
boosted("softprob.ubj", classes, objective="multi:softprob", num_class=3)
boosted("softmax.json", classes, objective="multi:softmax", num_class=3)
boosted("dart.json", y, booster="dart", rate_drop=0.3)
boosted("forest.json", y, num_parallel_tree=3, subsample=0.5)

stopped = xgboost.XGBClassifier(n_estimators=60, max_depth=4, early_stopping_rounds=3, learning_rate=0.5, random_state=1)
stopped.fit(X[:200], classes[:200], eval_set=[(X[200:], classes[200:])], verbose=False)
stopped.save_model(HERE / "classifier.ubj")
expected["models"]["classifier.ubj"] = {
    "labels": stopped.predict(rows).tolist(),
    "probabilities": stopped.predict_proba(rows).tolist(),
    "best_iteration": int(stopped.best_iteration),
}
linear = xgboost.train({"booster": "gblinear"}, xgboost.DMatrix(X, y), 2)
linear.save_model(HERE / "linear.json")

whole = X.fillna(0.5).to_numpy(np.float32)


def converted(name, model, feed, **options):
    (HERE / name).write_bytes(to_onnx(model, **options).SerializeToString())
    session = onnxruntime.InferenceSession(HERE / name)
    outputs = session.run(None, feed)
    names = [output.name for output in session.get_outputs()]
    shown = []
    for output in outputs:
        shown.append([list(o.values()) for o in output] if isinstance(output, list) else output.tolist())
    expected["models"][name] = dict(zip(names, shown))


full = rows.fillna(0.5)
expected["full_rows"] = full.to_numpy().tolist()
converted("gbt.onnx", GradientBoostingRegressor(n_estimators=10).fit(whole, y), {"X": whole[:12]}, X=whole[:1])
converted("linear_double.onnx", LinearRegression().fit(whole.astype(float), y), {"X": full.to_numpy(np.float64)},
          initial_types=[("X", DoubleTensorType([None, 4]))])
converted("logistic_zipmap.onnx", LogisticRegression().fit(whole, classes), {"X": whole[:12]}, X=whole[:1])

mixed = pd.DataFrame({"city": np.where(X.a > 0.5, "seoul", "busan"), "hour": (X.d * 24).astype(int), "temp": X.c})
texts = np.where(y > 1, "busy", "calm")
pipeline = make_pipeline(
    ColumnTransformer([("city", OneHotEncoder(), ["city"]), ("rest", "passthrough", ["hour", "temp"])]),
    LogisticRegression(max_iter=500),
).fit(mixed, texts)
head = mixed.head(12)
converted("mixed_columns.onnx", pipeline,
          {"city": head[["city"]].to_numpy(object), "hour": head[["hour"]].to_numpy(np.int64),
           "temp": head[["temp"]].to_numpy(np.float32)},
          initial_types=[("city", StringTensorType([None, 1])), ("hour", Int64TensorType([None, 1])),
                         ("temp", FloatTensorType([None, 1]))], options={"zipmap": False})
expected["mixed_rows"] = {name: head[name].tolist() for name in head}
(HERE / "expected.json").write_text(json.dumps(expected, indent=1))
