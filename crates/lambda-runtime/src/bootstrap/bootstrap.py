"""Becomes the function: the loop itself is a module, so that its compiled form is kept."""
import portcullis_runtime

portcullis_runtime.main()
