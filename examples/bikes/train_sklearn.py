#!/usr/bin/env python3
"""A plain training script: scikit-learn and the MLflow client, nothing of Maru's.

Maru runs it as a pipeline step and tells it where things are by environment variables:
  MARU_INPUT_DATA_CSV   the step's input `data` as CSV: city, at, features…, cnt
  MARU_OUTPUT           a JSON file to write: {"run_id", "model_uri", …}, the step's output
  MLFLOW_TRACKING_URI, MLFLOW_EXPERIMENT_NAME   read by the MLflow client itself
By hand: MLFLOW_TRACKING_URI=http://127.0.0.1:8250 python train_sklearn.py --data data.csv
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
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.pipeline import Pipeline, make_pipeline

LABEL = "cnt"
NOT_FEATURES = {"city", "at", "hour", "arrived", LABEL}


def read_rows(path: str) -> tuple[pd.DataFrame, list[str]]:
    rows = pd.read_csv(path, parse_dates=["at"]).dropna(subset=[LABEL]).sort_values("at", kind="stable")
    features = [name for name in rows.columns if name not in NOT_FEATURES]
    return rows.astype({name: np.float64 for name in features}), features


def matrix(rows: pd.DataFrame, features: list[str]) -> np.ndarray:
    return rows[features].to_numpy(np.float32)


def fit(rows: pd.DataFrame, features: list[str], parameters: dict) -> Pipeline:
    # The first days have no history yet: the imputer travels inside the ONNX model, so serving fills the same way.
    model = make_pipeline(SimpleImputer(), GradientBoostingRegressor(**parameters))
    return model.fit(matrix(rows, features), rows[LABEL])


def score(model: Pipeline, rows: pd.DataFrame, features: list[str]) -> dict[str, float]:
    truth, predicted = rows[LABEL], model.predict(matrix(rows, features))
    return {
        "rmse": float(root_mean_squared_error(truth, predicted)),
        "mae": float(mean_absolute_error(truth, predicted)),
        "r2": float(r2_score(truth, predicted)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("MARU_INPUT_DATA_CSV", "data.csv"))
    parser.add_argument("--holdout-days", type=int, default=14, help="newest days to score on before the final fit")
    parser.add_argument("--trees", type=int, default=100)
    arguments = parser.parse_args()

    rows, features = read_rows(arguments.data)
    newest = rows["at"] > rows["at"].max() - pd.Timedelta(days=arguments.holdout_days)
    parameters = {
        "n_estimators": arguments.trees,
        "max_depth": 5,
        "learning_rate": 0.12,
        "subsample": 0.5,
        "max_features": 0.5,
        "random_state": 1,
    }
    with mlflow.start_run(run_name="sklearn") as run:
        mlflow.log_params({"model": "GradientBoostingRegressor", "holdout_days": arguments.holdout_days, **parameters})
        metrics = score(fit(rows[~newest], features, parameters), rows[newest], features)
        mlflow.log_metrics(metrics)
        model = fit(rows, features, parameters)
        example = rows[features].head(3)
        info = mlflow.onnx.log_model(
            to_onnx(model, matrix(rows.head(1), features)),
            name="model",
            signature=infer_signature(example, model.predict(matrix(example, features))),
            pip_requirements=["onnxruntime"],
        )
    output = {"run_id": run.info.run_id, "model_uri": info.model_uri, "metrics": metrics, "rows": len(rows)}
    if "MARU_OUTPUT" in os.environ:
        with open(os.environ["MARU_OUTPUT"], "w", encoding="utf-8") as file:
            json.dump(output, file)
    print(json.dumps(output))


if __name__ == "__main__":
    main()
