#!/usr/bin/env python3
"""A plain training script: scikit-learn and the MLflow client, nothing of Maru's.

Maru runs it as a pipeline step and tells it where things are by environment variables:
  MARU_INPUT_DATA_CSV   the step's input `data` as CSV: city, at, features…, cnt
  MARU_OUTPUT           a JSON file to write: {"run_id", "model_uri", …}, the step's output
  MLFLOW_TRACKING_URI, MLFLOW_EXPERIMENT_NAME   read by the client itself
By hand: MARU_INPUT_DATA_CSV=data.csv MLFLOW_TRACKING_URI=http://127.0.0.1:8250 python train_sklearn.py
"""
import argparse
import json
import os

import mlflow
import mlflow.onnx
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

LABEL = "cnt"
NOT_FEATURES = {"city", "at", "hour", "arrived", LABEL}


def read_rows(path: str) -> pd.DataFrame:
    rows = pd.read_csv(path, parse_dates=["at"])
    return rows.dropna(subset=[LABEL]).sort_values("at", kind="stable")


def fit(rows: pd.DataFrame, features: list[str], parameters: dict) -> RandomForestRegressor:
    # Missing history (the first day) reads as the training mean; the forest itself takes no gaps.
    return RandomForestRegressor(**parameters).fit(rows[features].to_numpy(np.float64), rows[LABEL])


def to_onnx_by_column(model: RandomForestRegressor, features: list[str]):
    """One input a column, as the MLflow signature names them."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

    columns = ColumnTransformer([("all", "passthrough", list(range(len(features))))])
    columns.fit(pd.DataFrame(np.zeros((2, len(features))), columns=features))
    pipeline = Pipeline([("columns", columns), ("forest", model)])
    return to_onnx(pipeline, initial_types=[(name, DoubleTensorType([None, 1])) for name in features])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("MARU_INPUT_DATA_CSV", "data.csv"))
    parser.add_argument("--holdout-days", type=int, default=14)
    parser.add_argument("--trees", type=int, default=60)
    arguments = parser.parse_args()

    rows = read_rows(arguments.data)
    features = [name for name in rows.columns if name not in NOT_FEATURES]
    rows[features] = rows[features].astype(np.float64)
    rows[features] = rows[features].fillna(rows[features].mean())
    newest = rows["at"] > rows["at"].max() - pd.Timedelta(days=arguments.holdout_days)
    parameters = {"n_estimators": arguments.trees, "min_samples_leaf": 3, "max_features": 0.6, "n_jobs": 2, "random_state": 1}

    with mlflow.start_run(run_name="sklearn forest") as run:
        mlflow.log_params({**parameters, "model": "RandomForestRegressor", "holdout_days": arguments.holdout_days})
        scored = fit(rows[~newest], features, parameters)
        truth, predicted = rows.loc[newest, LABEL], scored.predict(rows.loc[newest, features].to_numpy(np.float64))
        metrics = {
            "rmse": root_mean_squared_error(truth, predicted),
            "mae": mean_absolute_error(truth, predicted),
            "r2": r2_score(truth, predicted),
        }
        mlflow.log_metrics(metrics)
        model = fit(rows, features, parameters)
        example = rows[features].head(3)
        info = mlflow.onnx.log_model(
            to_onnx_by_column(model, features),
            name="model",
            signature=infer_signature(example, model.predict(example.to_numpy())),
            pip_requirements=["onnxruntime"],
        )
    output = {"run_id": run.info.run_id, "model_uri": info.model_uri, "metrics": metrics, "rows": len(rows)}
    if "MARU_OUTPUT" in os.environ:
        with open(os.environ["MARU_OUTPUT"], "w", encoding="utf-8") as file:
            json.dump(output, file)
    print(json.dumps(output))


if __name__ == "__main__":
    main()
