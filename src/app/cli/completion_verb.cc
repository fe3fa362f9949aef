// completion: a shell script that completes verbs and options, made from the verbs themselves.

#include "app/cli/verb.h"

namespace maru::app {
namespace {

// "verb option option\n…" for every verb, and the verbs themselves under "".
std::map<std::string, std::vector<std::string>> words_of(const CLI::App& root) {
  std::map<std::string, std::vector<std::string>> words;
  for (const auto* verb : root.get_subcommands([](const CLI::App*) { return true; })) {
    words[""].push_back(verb->get_name());
    auto& own = words[verb->get_name()];
    for (const auto* nested : verb->get_subcommands([](const CLI::App*) { return true; }))
      own.push_back(nested->get_name());
    for (const auto* option : verb->get_options()) {
      for (const auto& name : option->get_lnames()) own.push_back("--" + name);
    }
  }
  return words;
}

std::string bash_script(const CLI::App& root) {
  std::string cases;
  for (const auto& [verb, words] : words_of(root)) {
    if (!verb.empty()) cases += fmt::format("    {}) words=\"{}\" ;;\n", verb, fmt::join(words, " "));
  }
  return fmt::format(
      "_maru() {{\n  local current=\"${{COMP_WORDS[COMP_CWORD]}}\" words\n  if [ \"$COMP_CWORD\" = 1 ]; then "
      "words=\"{}\"; else case "
      "\"${{COMP_WORDS[1]}}\" in\n{}    esac; fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"$current\") "
      "$(compgen -f -- \"$current\"))\n}}\n"
      "complete -o filenames -F _maru maru\n",
      fmt::join(words_of(root)[""], " "), cases);
}

std::string zsh_script(const CLI::App& root) {
  return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script(root);
}

std::string fish_script(const CLI::App& root) {
  std::string script;
  for (const auto* verb : root.get_subcommands([](const CLI::App*) { return true; })) {
    script += fmt::format("complete -c maru -n __fish_use_subcommand -a {} -d '{}'\n", verb->get_name(),
                          verb->get_description());
    for (const auto* option : verb->get_options()) {
      for (const auto& name : option->get_lnames()) {
        script += fmt::format("complete -c maru -n '__fish_seen_subcommand_from {}' -l {}\n",
                              verb->get_name(), name);
      }
    }
  }
  return script;
}

}  // namespace

void add_completion_verb(CLI::App& root, Context& context) {
  auto* verb = root.add_subcommand("completion", "Print a completion script for bash, zsh or fish");
  verb->footer(
      "Examples:\n  maru completion bash > /etc/bash_completion.d/maru\n  maru completion fish | source");
  auto shell = std::make_shared<std::string>("bash");
  verb->add_option("SHELL", *shell, "bash, zsh or fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->capture_default_str();
  verb->callback([&root, &context, shell] {
    fmt::print("{}", *shell == "fish"  ? fish_script(root)
                     : *shell == "zsh" ? zsh_script(root)
                                       : bash_script(root));
    context.exit_code = static_cast<int>(Exit::ok);
  });
}

}  // namespace maru::app
