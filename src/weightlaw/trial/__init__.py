"""The gap test: the same private prompts through two or more models, judged blind. An extra; the core never imports it."""
