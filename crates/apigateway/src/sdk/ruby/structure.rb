# frozen_string_literal: true

module __MODULE__
  # What a call gives: members by name, as methods, and as a hash.
  class Structure
    # Turns hashes of JSON into structures.
    def self.of(value)
      case value
      when Hash then new(value.to_h { |name, member| [name.to_s, of(member)] })
      when Array then value.map { |item| of(item) }
      else value
      end
    end

    def initialize(members)
      @members = members
    end

    def [](name)
      @members[name.to_s]
    end

    def to_h
      @members.to_h { |name, member| [name.to_sym, plain(member)] }
    end

    def respond_to_missing?(name, include_private = false)
      @members.key?(name.to_s) || super
    end

    def method_missing(name, *arguments)
      arguments.empty? && @members.key?(name.to_s) ? @members[name.to_s] : super
    end

    private

    def plain(member)
      case member
      when Structure then member.to_h
      when Array then member.map { |item| plain(item) }
      else member
      end
    end
  end
end
