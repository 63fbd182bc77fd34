# frozen_string_literal: true

Gem::Specification.new do |spec|
  spec.name = '__GEM__'
  spec.version = __VERSION__
  spec.summary = 'A client of __MODULE__'
  spec.authors = ['__MODULE__']
  spec.files = Dir['lib/**/*.rb', 'README.md']
  spec.required_ruby_version = '>= 2.6'
end
