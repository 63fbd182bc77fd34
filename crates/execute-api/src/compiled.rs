//! What a definition's texts are compiled to is compiled once, when a stage is: in tests each compilation is counted, so
//! that one can assert that no call does any.

/// Something was compiled.
pub(crate) fn note() {
    #[cfg(test)]
    count::NOTED.with(|noted| noted.set(noted.get() + 1));
}

#[cfg(test)]
pub(crate) mod count {
    use std::cell::Cell;

    thread_local! {
        pub(crate) static NOTED: Cell<usize> = const { Cell::new(0) };
    }

    /// How much this thread has compiled so far.
    pub(crate) fn so_far() -> usize {
        NOTED.with(Cell::get)
    }
}
