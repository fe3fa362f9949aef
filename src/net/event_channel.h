#pragma once
// The sending end of one server-sent-events response: the domain pushes from any thread, the connection
// writes when the client can take it. A client that falls behind the bound is cut off, never waited for.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace maru::net {

struct ServerEvent {
  std::string data = {};   // may hold several lines
  std::string event = {};  // the type; "" = "message"
  std::string id = {};     // what the client sends back as Last-Event-ID
};

// `event:`/`id:`/`data:` lines and a blank one (HTML Standard, section 9.2.6).
std::string encode_event(const ServerEvent& event);

// Thread-safe.
class EventChannel {
 public:
  static constexpr std::size_t kQueueLimitBytes = 1 << 20;  // unsent bytes held for one slow client
  explicit EventChannel(std::size_t queue_limit_bytes = kQueueLimitBytes);
  ~EventChannel();
  EventChannel(const EventChannel&) = delete;
  EventChannel& operator=(const EventChannel&) = delete;

  // False once the client has gone, was cut off for being slow, or close() was called: stop sending.
  bool send(const ServerEvent& event);
  // Bytes as they are, for protocols with their own framing ("data: [DONE]\n\n").
  bool send_raw(std::string_view bytes);
  // Ends the response after what was sent.
  void close();
  bool is_open() const;
  // Called once, from any thread, when the channel ends for whatever reason; at once when it already has.
  void on_end(std::move_only_function<void()> callback);

  // The connection's side: takes everything queued; `wake` is called (from any thread) when there is more or
  // the end.
  struct Taken {
    std::string bytes;
    bool ended = false;
  };
  Taken take();
  void set_wake(std::function<void()> wake);
  // The client has gone.
  void abandon();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace maru::net
