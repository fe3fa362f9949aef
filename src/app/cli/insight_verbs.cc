// status, why, events, rules: what is going on, and why.

#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "base/hash.h"
#include "base/time.h"

namespace maru::app {
namespace {

std::string text_of(const JsonReader& reader, std::string_view name) {
  return reader.text_or(name, "").value_or("");
}

void show_status(Context& context) {
  const auto status = context.client().get("/api/v1/status");
  if (!status) return context.fail(status.error());
  if (context.printed_json(*status)) return;
  const JsonReader reader(*status);
  fmt::print("{} {} at {}  (gRPC {})\n", styled("Maru", Style::bold), text_of(reader, "version"),
             text_of(reader, "http"), text_of(reader, "grpc"));
  fmt::print("up {}, {} resident, data in {}, clock {}\n",
             format_duration(reader.integer_or("uptime_ms", 0).value_or(0) / 1000 * 1000),
             format_bytes(static_cast<std::uint64_t>(reader.integer_or("rss_bytes", 0).value_or(0))),
             text_of(reader, "data_dir"), format_time(reader.integer_or("now_ms", 0).value_or(0)));
  std::vector<std::string> parts;
  if (const auto counts = reader.find("counts")) {
    for (const auto& [name, count] : counts->fields().value()) {
      parts.push_back(fmt::format("{} {}", format_count(count.integer().value_or(0)), name));
    }
  }
  fmt::print("{}\n", fmt::join(parts, " · "));
  const auto projects = reader.find("projects");
  if (!projects || projects->items().value().empty())
    fmt::print("No project yet. Next: {}\n", styled("maru apply DIR", Style::accent));
}

void show_why(Context& context, const std::string& thing) {
  const auto why = context.client().get("/api/v1/why?thing=" + url_encode(thing));
  if (!why) return context.fail(why.error());
  if (context.printed_json(*why)) return;
  bool first = true;
  for (const auto& line : JsonReader(*why).field("lines").value().items().value()) {
    fmt::print("{}{}\n", first ? "" : "  because ", text_of(line, "text"));
    first = false;
  }
}

void print_event(const JsonReader& event) {
  const auto cause = event.integer_or("cause", 0).value_or(0);
  fmt::print(
      "{}  {}  {}  {}{}\n",
      styled(padded(fmt::format("#{}", event.integer_or("id", 0).value_or(0)), 7, Align::left), Style::dim),
      format_time(event.integer_or("at_ms", 0).value_or(0)), padded(text_of(event, "type"), 20, Align::left),
      text_of(event, "subject"),
      cause == 0 ? "" : styled(fmt::format("  because of #{}", cause), Style::dim));
}

void show_events(Context& context, const std::string& type, const std::string& subject, int limit) {
  std::string path = fmt::format("/api/v1/events?limit={}&order=desc", limit);
  if (!type.empty()) path += "&type=" + url_encode(type);
  if (!subject.empty()) path += "&subject=" + url_encode(subject);
  const auto events = context.client().get(path);
  if (!events) return context.fail(events.error());
  if (context.printed_json(*events)) return;
  auto items = JsonReader(*events).field("events").value().items().value();
  if (items.empty()) fmt::print("No events yet. Everything that happens will be listed here.\n");
  for (auto item = items.rbegin(); item != items.rend(); ++item) print_event(*item);
}

void show_rules(Context& context) {
  const auto rules = context.client().get("/api/v1/rules");
  if (!rules) return context.fail(rules.error());
  if (context.printed_json(*rules)) return;
  TextTable table({"rule", "kind", "on", "when", "last"});
  for (const auto& rule : JsonReader(*rules).field("rules").value().items().value()) {
    const auto on = rule.find("on");
    const auto last = rule.find("last");
    table.add({text_of(rule, "name"), text_of(rule, "kind"),
               !on                       ? ""
               : on->value().is_string() ? on->text().value()
                                         : to_json(on->value()),
               text_of(rule, "when"),
               last ? text_of(*last, "verdict") + "  " + text_of(*last, "sentence") : "never"});
  }
  if (table.empty()) {
    fmt::print("No rules yet. Rules live in a project's maru.yaml; see docs/how-to/rules.md.\n");
  } else {
    fmt::print("{}", table.text());
  }
}

void show_rule(Context& context, const std::string& name) {
  const auto rule = context.client().get("/api/v1/rules/" + url_encode(name));
  if (!rule) return context.fail(rule.error());
  if (context.printed_json(*rule)) return;
  const JsonReader reader(*rule);
  for (const char* field : {"given", "when", "select"}) {
    if (!text_of(reader, field).empty())
      fmt::print("{} {}\n", styled(padded(field, 7, Align::left), Style::dim), text_of(reader, field));
  }
  TextTable table({"evaluation", "at", "event", "verdict", "what it saw"});
  if (const auto evaluations = reader.find("evaluations")) {
    for (const auto& item : evaluations->items().value()) {
      table.add({fmt::format("{}", item.integer_or("id", 0).value_or(0)),
                 format_time(item.integer_or("at_ms", 0).value_or(0)),
                 fmt::format("#{}", item.integer_or("event_id", 0).value_or(0)), text_of(item, "verdict"),
                 text_of(item, "sentence")});
    }
  }
  fmt::print("{}", table.empty() ? std::string("It has not been evaluated yet.\n") : table.text());
}

void test_rule(Context& context, const std::string& name, std::int64_t event_id) {
  const auto outcome = context.client().post(fmt::format("/api/v1/rules/{}/test", url_encode(name)),
                                             JsonObject{{"event_id", event_id}});
  if (!outcome) return context.fail(outcome.error());
  if (context.printed_json(*outcome)) return;
  const JsonReader reader(*outcome);
  fmt::print("{}: {}\n", text_of(reader, "verdict"), text_of(reader, "sentence"));
  if (const auto reason = text_of(reader, "reason"); !reason.empty()) fmt::print("{}\n", reason);
  if (const auto actions = reader.find("actions")) fmt::print("would do: {}\n", to_json(actions->value()));
}

}  // namespace

void add_insight_verbs(CLI::App& root, Context& context) {
  add_verb(root, context, "status", "Show what a server is doing", Talks::to_server,
           {"maru status", "maru status --json"})
      ->callback([&context] { show_status(context); });

  auto* why =
      add_verb(root, context, "why", "Explain how something came to be, one cause a line", Talks::to_server,
               {"maru why demand@champion", "maru why demand/4", "maru why '#812'"});
  auto thing = std::make_shared<std::string>();
  why->add_option("THING", *thing, "MODEL@ALIAS, MODEL/VERSION, a run's id, or #EVENT")->required();
  why->callback([&context, thing] { show_why(context, *thing); });

  auto* events = add_verb(
      root, context, "events", "List the newest events", Talks::to_server,
      {"maru events", "maru events --type version. --limit 50", "maru events --subject endpoint/demand"});
  auto type = std::make_shared<std::string>();
  auto subject = std::make_shared<std::string>();
  auto limit = std::make_shared<int>(20);
  events->add_option("--type", *type, "Only this type; a prefix ends in a dot");
  events->add_option("--subject", *subject, "Only about this, such as model/demand/3");
  events->add_option("--limit", *limit, "How many")->check(CLI::Range(1, 1000))->capture_default_str();
  events->callback([&context, type, subject, limit] { show_events(context, *type, *subject, *limit); });

  auto* rules =
      add_verb(root, context, "rules", "List rules, show one, or try one on an event", Talks::to_server,
               {"maru rules", "maru rules champion", "maru rules test champion --event 812"});
  auto rule = std::make_shared<std::string>();
  rules->add_option("RULE", *rule, "Show this rule's evaluations");
  auto* test = add_verb(*rules, context, "test", "Dry run: what would the rule do on this event?",
                        Talks::to_server, {"maru rules test champion --event 812"});
  auto tested = std::make_shared<std::string>();
  auto event_id = std::make_shared<std::int64_t>(0);
  test->add_option("RULE", *tested, "The rule")->required();
  test->add_option("--event", *event_id, "The event's number")->required();
  test->callback([&context, tested, event_id] { test_rule(context, *tested, *event_id); });
  rules->callback([&context, rules, rule] {
    if (!rules->get_subcommands().empty()) return;
    if (rule->empty()) return show_rules(context);
    show_rule(context, *rule);
  });
}

}  // namespace maru::app
