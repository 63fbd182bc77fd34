# frozen_string_literal: true

require_relative '__GEM__/structure'
require_relative '__GEM__/types'
require_relative '__GEM__/http'
require_relative '__GEM__/client'
