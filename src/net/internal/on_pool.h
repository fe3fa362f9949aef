#pragma once
// Blocking work from a coroutine: it runs on a pool, and the coroutine goes on, on its own thread, with the
// result.

#include "base/pool.h"
#include "net/internal/asio.h"

namespace maru::net {

// resource_exhausted when the pool's queue is full. `work` must not throw.
template <class T>
Task<Result<T>> on_pool(Pool& pool, Executor executor, std::move_only_function<Result<T>()> work) {
  const auto start = [&pool, executor, &work](auto handler) {
    using Continuation = decltype(handler);
    auto shared = std::make_shared<Continuation>(std::move(handler));
    auto submitted = pool.submit([executor, shared, work = std::move(work)]() mutable {
      Result<T> result = work();
      work = nullptr;
      asio::post(executor, [handler = std::move(*shared), result = std::move(result)]() mutable {
        std::move(handler)(std::move(result));
      });
    });
    if (submitted) return;
    asio::post(executor, [handler = std::move(*shared), error = submitted.error()]() mutable {
      std::move(handler)(Result<T>(std::move(error)));
    });
  };
  co_return co_await asio::async_initiate<const Await, void(Result<T>)>(start, kAwait);
}

}  // namespace maru::net
