"""The demo street: synthetic people and organisations on the real 新盛街道, made through the
services that serve real people, so that every sum agrees. See docs/demo.md."""
