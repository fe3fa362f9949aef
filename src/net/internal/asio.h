#pragma once
// The Asio types of this room, on one concrete executor: a type-erased one costs an allocation and two
// virtual calls an operation. Included only by the room's own .cc files.

// ThreadSanitizer knows no fences; Asio's are not needed where it runs its own locks.
#ifdef __SANITIZE_THREAD__
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#endif

// GCC 12 takes Asio's own coroutine frame allocator for a mismatched one once it is inlined.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace maru::net {

namespace asio = boost::asio;
using boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
template <class T>
using Task = asio::awaitable<T, Executor>;
using Await = asio::use_awaitable_t<Executor>;
inline constexpr Await kAwait{};

// co_await with the error in `ec` instead of an exception.
inline auto into(error_code& ec) { return asio::redirect_error(kAwait, ec); }

}  // namespace maru::net
