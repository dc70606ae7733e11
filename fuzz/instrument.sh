#!/bin/sh
# Cargo calls this in place of rustc (RUSTC_WRAPPER), with rustc and its arguments. furusu's own crates are built so that
# libFuzzer sees which way they go; this needs no sanitizer, and so no nightly toolchain. Others' crates stay as they are,
# so that they need not be built again.
case " $* " in
    *" --crate-name furusu_domain "* | *" --crate-name furusu_persistence "* | *" --crate-name furusu_api "* | *" --crate-name furusu_fuzz "*)
        exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
            -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
            -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0 \
            -Cdebug-assertions=yes -Coverflow-checks=yes -Ccodegen-units=1
        ;;
esac
exec "$@"
